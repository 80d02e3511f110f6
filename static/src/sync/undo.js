// The client's own stack of inverse commands.
import { signal } from '@preact/signals';

const MOST = 50;

export class Undo {
  constructor() {
    /** @type {Record<string, any>[][]} */
    this.stack = [];
    this.size = signal(0);
  }

  /** @param {Record<string, any>[]} inverse the commands that undo one act, to which more may be added */
  push(inverse) {
    this.stack.push(inverse);
    if (this.stack.length > MOST) this.stack.shift();
    this.size.value = this.stack.length;
    return inverse;
  }

  /** Whether an act can still be undone. @param {Record<string, any>[]} inverse */
  has(inverse) {
    return this.stack.includes(inverse);
  }

  /** @returns {any[]} */
  pop() {
    const inverse = this.stack.pop() || [];
    this.size.value = this.stack.length;
    return inverse;
  }
}
