// Put the workshop into the page, and go in if this browser is known here.
import { render } from 'preact';
import { heedLimits } from '../page/limits.js';
import { emptyPlace } from '../page/page.js';
import { Shell } from '../panels/shell.jsx';
import { enter, isKnown, knock } from '../sync/workshop.js';

export function start() {
  const known = isKnown();
  if (known) enter();
  else knock();
  heedLimits();
  render(<Shell known={known} />, emptyPlace());
  // Its own letters are a third of all there is to fetch: on a slow line they would hold up what draws the page.
  requestAnimationFrame(() => document.documentElement.classList.remove('plain'));
}
