// What the database has not confirmed yet. A write to IndexedDB ends some turns later, and a tab that dies before that
// takes it along; a line in localStorage is there in the same turn. One item for each command: tabs do not overwrite
// each other's.
/** @typedef {{ id: string, name: string, [argument: string]: any }} Command */

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

  /** @param {string} key where the outbox keeps it, beginning with the owner @param {Command} command */
  keep(key, command) {
    if (this.closed) return;
    try {
      localStorage.setItem(place(key), JSON.stringify(command));
    } catch {
      // Full, or forbidden in a private window: then there is only the database.
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

  /** @returns {[string, Command][]} what was kept and not dropped, by this tab, another or an earlier visit */
  left() {
    try {
      const start = place(`${this.owner}|`);
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

/** @param {string} name @returns {Command | null} null: another tab dropped it meanwhile, or it is none of ours */
function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name) || 'null');
  } catch {
    return null;
  }
}
