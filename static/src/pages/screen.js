// The wall.
import { render } from 'preact';
import { Wall } from '../wall/wall.jsx';
import { enter, isKnown } from '../sync/workshop.js';
import { h } from 'preact';

isKnown();
enter();
const place = document.getElementById('app');
if (place) render(h(Wall, {}), place);
