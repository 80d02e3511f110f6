// The ropes from the hull to the anchors: the deeper, the longer the rope and the bigger the anchor at its end.
import { KEEL } from './scene.js';
import { svg } from './svg.js';

export class Ropes {
  constructor() {
    this.element = svg('svg', { viewBox: '0 0 1600 900', class: 'ropes', 'aria-hidden': 'true' });
    /** @type {Map<string, SVGElement>} */
    this.byId = new Map();
    this.shown = 0;
  }

  /** It ends behind its note, whatever size that has. @param {string} id @param {number} x @param {number} y @param {number} weight */
  set(id, x, y, weight) {
    let rope = this.byId.get(id);
    if (!rope) {
      rope = svg('path', { class: 'rope' });
      this.byId.set(id, rope);
      this.element.append(rope);
    }
    const sag = Math.max(20, (y - KEEL.y) * 0.55);
    rope.setAttribute('d', `M${KEEL.x} ${KEEL.y}C${KEEL.x} ${(KEEL.y + sag).toFixed(1)} ${x} ${(y - sag).toFixed(1)} ${x} ${y}`);
    const width = (1.2 + weight * 2.4).toFixed(1);
    if (rope.getAttribute('stroke-width') !== width) rope.setAttribute('stroke-width', width);
  }

  /** Many ropes are drawn fainter, or they would be all one sees. */
  thin() {
    const shown = Math.round(Math.min(0.6, Math.max(0.13, 9 / (this.byId.size || 1))) * 100) / 100;
    if (shown === this.shown) return;
    this.shown = shown;
    this.element.style.setProperty('--rope', String(shown));
  }

  /** @param {string} id */
  delete(id) {
    this.byId.get(id)?.remove();
    this.byId.delete(id);
  }
}
