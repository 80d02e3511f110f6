// The replay page.
import { h, render } from 'preact';
import { emptyPlace } from '../page/page.js';
import { Theatre } from '../replay/theatre.jsx';

render(h(Theatre, {}), emptyPlace());
requestAnimationFrame(() => document.documentElement.classList.remove('plain')); // as in start.jsx
