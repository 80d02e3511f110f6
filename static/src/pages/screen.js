// The wall.
import { render } from 'preact';
import { emptyPlace } from '../page/page.js';
import { Wall } from '../wall/wall.jsx';
import { enter, isKnown } from '../sync/workshop.js';
import { h } from 'preact';

isKnown();
enter();
render(h(Wall, {}), emptyPlace());
