// The order in which the notes of the board are read aloud, and reached with the Tab key.
import { KINDS } from './scene.js';

/** @typedef {import('./stacks.js').Note} Note */

/** Winds, anchors, sharks; in each the heaviest first. @param {Note} one @param {Note} other */
export function inReadingOrder(one, other) {
  return KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) || other.weight - one.weight || (one.id < other.id ? -1 : 1);
}

/** Keep the order of elements that order. @param {HTMLElement} list @param {Array<HTMLElement | undefined>} elements */
export function keepOrder(list, elements) {
  /** @type {HTMLElement | null} */
  let before = null;
  const next = () => /** @type {ChildNode} */ (before ? before.nextSibling : list.firstChild);
  for (const element of elements) {
    if (!element) continue;
    if (element === document.activeElement) {
      // Moved, it would lose the focus, and whoever is at it their next key: the others go out of its way.
      while (next() !== element) list.insertBefore(next(), element.nextSibling);
    } else if (next() !== element) list.insertBefore(element, next());
    before = element;
  }
}
