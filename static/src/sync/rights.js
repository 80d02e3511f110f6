// Whether somebody may give a command now, from the table that the server reads too: it spares asking in vain.
import { PERMISSIONS } from '../wire/permissions.js';
import { PHASES } from '../wire/phases.js';

/** @typedef {{ phase: import('../wire/wire').WorkshopRecord['phase'], locked: boolean, settings: { free: boolean } }} State */

/** Whether this is the time for a command. @param {string} name @param {State | undefined} state @param {boolean} facilitates */
export function isTime(name, state, facilitates) {
  const phases = PERMISSIONS[name][facilitates ? 1 : 0];
  if (!state || !phases) return false;
  return phases.includes(String(PHASES.indexOf(state.phase))) || (state.settings.free && state.phase !== 'closed');
}

/** Whether it is the time, and the board is not locked to them. @param {string} name @param {State | undefined} state @param {boolean} facilitates */
export function may(name, state, facilitates) {
  return isTime(name, state, facilitates) && (facilitates || !state?.locked || PERMISSIONS[name][2] === 1);
}
