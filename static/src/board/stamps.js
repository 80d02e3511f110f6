// The signs of the kinds as pictures, drawn once for the colours of the day: three hundred drawings in SVG cost an old
// phone more, in every frame, than all else on the board.
import { KINDS } from './scene.js';
import { FILLED, PATHS } from './signs.js';
import { svg } from './svg.js';

const SIDE = 132; // pixels of the picture: as many as the biggest sign has on a sharp screen
const ROOM = 34; // of the disc, in the units of the 24 x 24 grid of the signs
const PEN = 2.2; // its width, likewise
const ASKS = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)']; // what changes the colours, short of being told

/** @typedef {{ name: string, kind: import('./scene.js').Kind, ink: string, paper: string }} Stamp paper '': without a disc */

/**
 * Keep in `--disc-KIND` the sign of each kind on a disc of paper, in `--sign-KIND` the sign alone; with `-dim`, the same
 * without their colour.
 * @param {HTMLElement} board
 * @returns {() => void} stop
 */
export function stampSigns(board) {
  /** @type {string[]} */
  let urls = [];
  let turn = 0;
  const picture = canvasesTell() ? pixels : async (/** @type {Stamp} */ stamp) => outline(stamp);
  const draw = async () => {
    const mine = ++turn;
    const wanted = stampsFor(getComputedStyle(board));
    const drawn = await Promise.all(wanted.map(picture));
    if (mine !== turn) return;
    const before = urls;
    urls = drawn.map((blob) => URL.createObjectURL(blob));
    wanted.forEach(({ name }, i) => board.style.setProperty(name, `url("${urls[i]}")`));
    before.forEach((url) => URL.revokeObjectURL(url));
  };
  const redraw = () => void draw();
  const worn = new MutationObserver(redraw);
  worn.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  const asked = ASKS.map((ask) => matchMedia(ask));
  asked.forEach((ask) => ask.addEventListener?.('change', redraw));
  redraw();
  return () => {
    turn++;
    worn.disconnect();
    asked.forEach((ask) => ask.removeEventListener?.('change', redraw));
    urls.forEach((url) => URL.revokeObjectURL(url));
  };
}

/** @param {CSSStyleDeclaration} style @returns {Stamp[]} */
function stampsFor(style) {
  /** @param {string} name */
  const colour = (name) => style.getPropertyValue(name).trim();
  const paper = colour('--paper');
  return KINDS.flatMap((kind) =>
    [
      { dim: '', ink: colour(`--${kind}`) },
      { dim: '-dim', ink: colour('--ink-soft') },
    ].flatMap(({ dim, ink }) => [
      { name: `--disc-${kind}${dim}`, kind, ink, paper },
      { name: `--sign-${kind}${dim}`, kind, ink, paper: '' },
    ]),
  );
}

/** Browsers set to leave no fingerprint let nobody read what was drawn: they get white, or noise. */
function canvasesTell() {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  pen.fillStyle = 'rgb(40, 80, 120)';
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return Math.hypot(red - 40, green - 80, blue - 120) < 8;
}

/** The slow way: the same as an SVG. @param {Stamp} stamp @returns {Blob} */
function outline({ kind, ink, paper }) {
  const room = paper ? ROOM : 24;
  const at = -(room - 24) / 2;
  const drawing = svg(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width: room, height: room, viewBox: `${at} ${at} ${room} ${room}` },
    svg('circle', { cx: 12, cy: 12, r: room / 2 - 1, fill: paper, stroke: ink, 'stroke-width': paper ? 1.2 : 0, opacity: paper ? 1 : 0 }),
    svg('path', FILLED[kind] ? { d: PATHS[kind], fill: ink } : { d: PATHS[kind], fill: 'none', stroke: ink, 'stroke-width': PEN, 'stroke-linecap': 'round' }),
  );
  return new Blob([drawing.outerHTML], { type: 'image/svg+xml' });
}

/** @param {Stamp} stamp @returns {Promise<Blob>} a PNG */
function pixels({ kind, ink, paper }) {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const room = paper ? ROOM : 24;
  pen.scale(SIDE / room, SIDE / room);
  pen.strokeStyle = ink;
  if (paper) disc(pen, paper);
  pen.translate((room - 24) / 2, (room - 24) / 2);
  pen.fillStyle = ink;
  pen.lineWidth = PEN;
  pen.lineCap = pen.lineJoin = 'round';
  const path = new Path2D(PATHS[kind]);
  if (FILLED[kind]) pen.fill(path);
  else pen.stroke(path);
  return new Promise((done) => canvas.toBlob((blob) => done(/** @type {Blob} */ (blob))));
}

/** @param {CanvasRenderingContext2D} pen @param {string} paper */
function disc(pen, paper) {
  pen.beginPath();
  pen.arc(ROOM / 2, ROOM / 2, ROOM / 2 - 1, 0, 2 * Math.PI);
  pen.fillStyle = paper;
  pen.fill();
  pen.lineWidth = 1.2;
  pen.stroke();
}
