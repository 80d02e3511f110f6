// The frames of a replay, and the board at any moment of it. No drawing here.

/** @typedef {{ at: number, seq: number, put: Record<string, any>[], remove: string[] }} Frame */

const LONGEST = 15_000; // ms a pause in the workshop counts in the replay: nobody watches a coffee break

export class Reel {
  /** @param {Frame[]} frames in order */
  constructor(frames) {
    this.frames = frames;
    /** When each frame is shown, in ms from the start, long pauses cut short. @type {number[]} */
    this.times = [];
    let time = 0;
    frames.forEach((frame, i) => {
      if (i) time += Math.min(LONGEST, Math.max(0, frame.at - frames[i - 1].at));
      this.times.push(time);
    });
    this.length = time;
    /** @type {Map<string, any>} */
    this.records = new Map();
    this.shown = 0;
  }

  /**
   * Go to a moment, forward or back.
   * @param {number} time ms from the start
   * @returns {Set<string>} the ids of the records that changed
   */
  seek(time) {
    const changed = new Set();
    if (this.shown && this.times[this.shown - 1] > time) {
      for (const id of this.records.keys()) changed.add(id);
      this.records.clear();
      this.shown = 0;
    }
    while (this.shown < this.frames.length && this.times[this.shown] <= time) this.apply(this.frames[this.shown++], changed);
    return changed;
  }

  /** @param {Frame} frame @param {Set<string>} changed */
  apply(frame, changed) {
    for (const { id, ...fields } of frame.put) {
      const record = { ...this.records.get(id), id };
      for (const [name, value] of Object.entries(fields)) {
        // A prompt or a focus may be null by itself; a field that went is simply no longer there.
        if (value === null && !['focus'].includes(name)) delete record[name];
        else record[name] = value;
      }
      this.records.set(id, record);
      changed.add(id);
    }
    for (const id of frame.remove) {
      this.records.delete(id);
      changed.add(id);
    }
  }

  /** When in the workshop it is: ms since the epoch. */
  get at() {
    return this.frames.length ? this.frames[Math.max(0, this.shown - 1)].at : 0;
  }

  /** The moments at which another phase began. @returns {{ time: number, phase: string }[]} */
  phases() {
    /** @type {{ time: number, phase: string }[]} */
    const phases = [];
    this.frames.forEach((frame, i) => {
      const phase = frame.put.find((record) => record.id === 'workshop')?.phase;
      if (phase) phases.push({ time: this.times[i], phase });
    });
    return phases;
  }
}
