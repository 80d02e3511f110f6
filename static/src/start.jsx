// Put the workshop into the page, and go in if this browser is known here.
import { render } from 'preact';
import { Shell } from './panels/shell.jsx';
import { enter, isKnown } from './sync/workshop.js';

export function start() {
  const known = isKnown();
  if (known) enter();
  const place = document.getElementById('app');
  if (place) render(<Shell known={known} />, place);
}
