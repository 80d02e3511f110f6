// Made by static/wire_types.py from speedboat/domain: do not edit.

/** @type {Array<import('./wire').WorkshopRecord['phase']>} */
export const PHASES = ['welcome', 'write', 'share', 'group', 'vote', 'cut', 'discuss', 'act', 'closed'];
