// Made by static/wire_types.py from speedboat/domain: do not edit.

/** @type {Array<import('./wire').WorkshopRecord['phase']>} */
export const PHASES = ['welcome', 'write', 'share', 'group', 'vote', 'cut', 'discuss', 'act', 'closed'];

/** Whether a workshop has come as far as `first`. @param {string} phase
 * @param {typeof PHASES[number]} first */
export const hasReached = (phase, first) =>
  PHASES.findIndex((one) => one === phase) >= PHASES.indexOf(first);
