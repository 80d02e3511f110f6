// The replay page.
import { h, render } from 'preact';
import { Theatre } from '../replay/theatre.jsx';

const place = document.getElementById('app');
if (place) render(h(Theatre, {}), place);
requestAnimationFrame(() => document.documentElement.classList.remove('plain')); // as in start.jsx
