// The records somebody may see, kept up to date by patches. No rules here: the server has them all.

/** @typedef {import('../wire/wire').AnyRecord} AnyRecord */
/** @typedef {import('../wire/wire').Patch} Patch */

export class Records {
  /** @param {(have: number, isWhole: boolean) => void} [applied] called after each patch that was applied: up to which event the records are, and whether it replaced them */
  constructor(applied = () => {}) {
    this.applied = applied;
    /** @type {Map<string, AnyRecord>} */
    this.byId = new Map();
    this.have = 0;
  }

  /**
   * The client's whole rule: nothing new is dropped, a gap asks for the difference, anything else is applied.
   * @param {Patch} patch
   * @returns {Set<string> | 'old' | 'gap'} the ids that changed
   */
  apply(patch) {
    if (patch.since === 0) return this.replace(patch);
    if (patch.to <= this.have) return 'old';
    if (patch.since > this.have) return 'gap';
    const changed = new Set();
    for (const record of patch.put) {
      this.byId.set(record.id, record);
      changed.add(record.id);
    }
    for (const id of patch.remove) {
      this.byId.delete(id);
      changed.add(id);
    }
    this.have = patch.to;
    this.applied(this.have, patch.since === 0);
    return changed;
  }

  /** @param {Patch} patch a whole board */
  replace(patch) {
    const changed = new Set(this.byId.keys());
    this.byId.clear();
    for (const record of patch.put) {
      this.byId.set(record.id, record);
      changed.add(record.id);
    }
    this.have = patch.to;
    this.applied(this.have, patch.since === 0);
    return changed;
  }
}
