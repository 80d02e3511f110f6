// Along which way a kind weighs: notes are laid out along it, the heavier the farther, and across it. Pure.
import { ZONES } from './scene.js';

/** @typedef {import('./places.js').Place} Place */
/** @typedef {import('./places.js').Cell} Cell */
/** @typedef {import('./places.js').Frame} Frame */
/** @typedef {{ along: number, across: number }} Point or the two sides of something */
/** @typedef {{ from: Point, to: Point }} Span a frame, its lighter end first */

/** Turns of places and back, so that every kind can be laid out as anchors are. @param {import('./scene.js').Kind} kind */
export function axisOf(kind) {
  const { heaviest } = ZONES[kind];
  const isUpright = heaviest === 'bottom';
  const sign = heaviest === 'left' ? -1 : 1;
  /** @param {Place} place @returns {Point} */
  const turn = ({ x, y }) => (isUpright ? { along: y, across: x } : { along: sign * x, across: y });
  return {
    turn,
    /** @param {Point} point @returns {Place} */
    back: ({ along, across }) => (isUpright ? { x: across, y: along } : { x: sign * along, y: across }),
    /** @param {Cell} cell @returns {Point} */
    sides: ({ width, height }) => (isUpright ? { along: height, across: width } : { along: width, across: height }),
    /** @param {Frame} frame @returns {Span} */
    span({ left, top, right, bottom }) {
      const [one, other] = [turn({ x: left, y: top }), turn({ x: right, y: bottom })];
      return {
        from: { along: Math.min(one.along, other.along), across: one.across },
        to: { along: Math.max(one.along, other.along), across: other.across },
      };
    },
  };
}
