// The signs of the kinds as pictures, drawn once for the colours of the day: three hundred drawings in SVG cost an old
// phone more, in every frame, than all else on the board.
import { KINDS } from './scene.js';
import { FILLED, PATHS } from './signs.js';
import { svg } from './svg.js';

const PEN = 2.2; // the width of its lines, on the 24 x 24 grid of the signs
const DISC = 34; // of the disc around a sign, on the same grid
const FAR = { width: 164, height: 76, border: 6, round: 20, sign: 46 }; // a note seen from afar, in scene units: board.css
const ASKS = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)']; // what changes the colours, short of being told

/** @typedef {{ name: string, kind: import('./scene.js').Kind, ink: string, paper: string, isFar: boolean }} Stamp */

/**
 * Keep in `--disc-KIND` the sign of each kind on a disc of paper, in `--far-KIND` a whole note as it is seen from afar;
 * with `-dim`, the same without their colour.
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
  return KINDS.flatMap((kind) =>
    [
      { dim: '', ink: colour(`--${kind}`), fill: colour(`--${kind}-note`) },
      { dim: '-dim', ink: colour('--ink-soft'), fill: colour('--ground') },
    ].flatMap(({ dim, ink, fill }) => [
      { name: `--disc-${kind}${dim}`, kind, ink, paper: colour('--paper'), isFar: false },
      { name: `--far-${kind}${dim}`, kind, ink, paper: fill, isFar: true },
    ]),
  );
}

/** Browsers set to leave no fingerprint let nobody read what was drawn: they get white, or noise. */
function canvasesTell() {
  const pen = penOn(1, 1);
  pen.fillStyle = 'rgb(40, 80, 120)';
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return Math.hypot(red - 40, green - 80, blue - 120) < 8;
}

/** @param {number} width pixels @param {number} height */
function penOn(width, height) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
}

/** @param {Stamp} stamp @returns {Promise<Blob>} a PNG, as sharp as the biggest has to be on a sharp screen */
function pixels({ kind, ink, paper, isFar }) {
  const pen = isFar ? penOn(FAR.width * 2, FAR.height * 2) : penOn(DISC * 4, DISC * 4);
  if (isFar) pen.scale(2, 2);
  else pen.scale(4, 4);
  if (isFar) drawLabel(pen, ink, paper);
  else drawDisc(pen, ink, paper);
  drawSign(pen, kind, ink, isFar ? [FAR.width, FAR.height, FAR.sign / 24] : [DISC, DISC, 1]);
  return new Promise((done) => pen.canvas.toBlob((blob) => done(/** @type {Blob} */ (blob))));
}

/** @param {CanvasRenderingContext2D} pen @param {string} ink @param {string} paper */
function drawDisc(pen, ink, paper) {
  pen.arc(DISC / 2, DISC / 2, DISC / 2 - 1, 0, 2 * Math.PI);
  pen.fillStyle = paper;
  pen.fill();
  pen.strokeStyle = ink;
  pen.lineWidth = 1.2;
  pen.stroke();
}

/** Corners are as round as the line around them is thick. @param {CanvasRenderingContext2D} pen @param {string} ink @param {string} paper */
function drawLabel(pen, ink, paper) {
  const { width, height, border, round } = FAR;
  pen.rect(round, round, width - 2 * round, height - 2 * round);
  pen.lineJoin = 'round';
  for (const [colour, line] of /** @type {[string, number][]} */ ([[ink, round], [paper, round - border]])) {
    pen.fillStyle = pen.strokeStyle = colour;
    pen.lineWidth = line * 2;
    pen.fill();
    pen.stroke();
  }
}

/** In the middle. @param {CanvasRenderingContext2D} pen @param {import('./scene.js').Kind} kind @param {string} ink @param {[number, number, number]} within width, height, times its size */
function drawSign(pen, kind, ink, [width, height, times]) {
  pen.translate(width / 2 - 12 * times, height / 2 - 12 * times);
  pen.scale(times, times);
  pen.fillStyle = pen.strokeStyle = ink;
  pen.lineWidth = PEN;
  pen.lineCap = pen.lineJoin = 'round';
  const path = new Path2D(PATHS[kind]);
  if (FILLED[kind]) pen.fill(path);
  else pen.stroke(path);
}

/** The slow way: the same as an SVG. @param {Stamp} stamp @returns {Blob} */
function outline({ kind, ink, paper, isFar }) {
  const [width, height, times] = isFar ? [FAR.width, FAR.height, FAR.sign / 24] : [DISC, DISC, 1];
  const line = isFar ? FAR.border : 1.2;
  const around = { x: line / 2, y: line / 2, width: width - line, height: height - line, rx: isFar ? FAR.round - line / 2 : DISC / 2 };
  /** @type {Record<string, string | number>} */
  const drawn = FILLED[kind] ? { fill: ink } : { fill: 'none', stroke: ink, 'stroke-width': PEN, 'stroke-linecap': 'round' };
  const place = `translate(${width / 2 - 12 * times} ${height / 2 - 12 * times}) scale(${times})`;
  const drawing = svg(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` },
    svg('rect', { ...around, fill: paper, stroke: ink, 'stroke-width': line }),
    svg('path', { d: PATHS[kind], transform: place, ...drawn }),
  );
  return new Blob([drawing.outerHTML], { type: 'image/svg+xml' });
}
