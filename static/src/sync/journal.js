// What the database has not confirmed yet. A write to IndexedDB ends some turns later, and a tab that dies before that
// takes it along; a line in localStorage is there in the same turn. One item for each command: tabs do not overwrite
// each other's.
/** @typedef {import('./writings.js').Stored} Stored */

export class Journal {
  /** @param {string} owner whose commands these are: workshop and person */
  constructor(owner) {
    this.owner = owner;
    this.closed = false;
  }

  /** Keep nothing more. */
  close() {
    this.closed = true;
  }

  /**
   * @param {string} key where the outbox keeps it, beginning with the owner
   * @param {Stored} command
   * @returns {boolean} false: full, or forbidden in a private window; then there is only the database
   */
  keep(key, command) {
    if (this.closed) return false;
    try {
      localStorage.setItem(place(key), JSON.stringify(command));
      return true;
    } catch {
      return false;
    }
  }

  /** @param {string} key one that the database has, or that is done with */
  drop(key) {
    try {
      localStorage.removeItem(place(key));
    } catch {
      // Nothing was kept.
    }
  }

  /**
   * What was kept and not dropped, by this tab, another or an earlier visit.
   * @param {string} workshop of all people in it, who may have been this browser before
   * @returns {[string, Stored][]}
   */
  left(workshop) {
    try {
      const start = place(`${workshop}|`);
      const names = Object.keys(localStorage).filter((name) => name.startsWith(start));
      return names.flatMap((name) => {
        const command = read(name);
        return command ? [[name.slice(place('').length), command]] : [];
      });
    } catch {
      return [];
    }
  }
}

/** @param {string} key */
const place = (key) => `speedboat:sending:${key}`;

/** @param {string} name @returns {Stored | null} null: another tab dropped it meanwhile, or it is none of ours */
function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name) || 'null');
  } catch {
    return null;
  }
}
