// The ropes from the hull to the anchors: the deeper, the longer the rope and the bigger the anchor at its end.
import { KEEL } from './scene.js';
import { svg } from './svg.js';

export class Ropes {
  constructor() {
    this.element = svg('svg', { viewBox: '0 0 1600 900', class: 'ropes', 'aria-hidden': 'true' });
    /** @type {Map<string, SVGElement>} */
    this.byId = new Map();
  }

  /** @param {string} id @param {number} x @param {number} y @param {number} weight @param {number} half half the height of its note */
  set(id, x, y, weight, half) {
    let rope = this.byId.get(id);
    if (!rope) {
      rope = svg('path', { class: 'rope' });
      this.byId.set(id, rope);
      this.element.append(rope);
    }
    const top = y - half;
    const sag = Math.max(20, (top - KEEL.y) * 0.55);
    rope.setAttribute('d', `M${KEEL.x} ${KEEL.y}C${KEEL.x} ${KEEL.y + sag} ${x} ${top - sag} ${x} ${top}`);
    rope.setAttribute('stroke-width', String(1.2 + weight * 2.4));
  }

  /** @param {string} id */
  delete(id) {
    this.byId.get(id)?.remove();
    this.byId.delete(id);
  }
}
