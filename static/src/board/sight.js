// What can be read from where: how big letters are, and how big they should be. Pure but for the size of the window.
import { WALL_ROOM } from './places.js';
import { HEIGHT, WIDTH } from './scene.js';

export const LETTERS = 16.5; // the size of a note's text, in scene units at size 1
export const TITLES = 20; // and that of a stack's title
export const READABLE = 13; // pixels from which text is read with ease
const LEGIBLE = 7; // pixels under which nobody reads: a note is then its sign alone

// The same on a wall, in pixels of one that has 1920 of them across: a projector of fewer makes each of them bigger.
const ACROSS = 24; // from the other end of the room, which titles are for
const NEARBY = 11; // from the front row
const ON_WALL = 9; // nobody
const BUTTONS = { width: 62, height: 166 }; // pixels of a corner

const ofWall = () => window.innerWidth / 1920;

/** Pixels under which a card is its sign alone. @param {boolean} isWall */
export const legible = (isWall) => (isWall ? ON_WALL * ofWall() : LEGIBLE);

/**
 * How big titles and cards should be, and where they may lie: to the edges of a wall, which nobody moves; not under buttons.
 * @param {import('./camera.js').Camera} camera @param {boolean} isWall
 * @returns {import('./places.js').View}
 */
export function viewOf(camera, isWall) {
  const { home, scale, x, y, width, height } = camera;
  if (!isWall) return { titles: READABLE / (TITLES * home), legible: LEGIBLE / (LETTERS * home), corner: cornerOf(camera) };
  const edges = { left: 10 - x / scale, top: 18 - y / scale, right: (width - x) / scale - 16, bottom: (height - y) / scale - 6 };
  return { titles: (ACROSS * ofWall()) / (TITLES * home), legible: (NEARBY * ofWall()) / (LETTERS * home), room: WALL_ROOM, edges };
}

/** What the buttons cover, in the scene, where all of it is seen at first. @param {import('./camera.js').Camera} camera */
function cornerOf({ home, whole, width, height }) {
  if (home > whole) return undefined;
  const cell = { width: BUTTONS.width / home, height: BUTTONS.height / home };
  return { x: (WIDTH + width / home - cell.width) / 2, y: (HEIGHT + height / home - cell.height) / 2, cell };
}
