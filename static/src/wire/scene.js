// Made by static/wire_types.py from speedboat/domain: do not edit.

export const WIDTH = 1600;
export const HEIGHT = 900;
export const SEA_LEVEL = 470;
export const KEEL = { x: 705, y: 508 };
export const HONESTY = 2.5;
/** @type {Array<import('./wire').CardRecord['kind']>} */
export const KINDS = ['wind', 'anchor', 'shark'];
/** Where the centres of cards may lie, and on which side they weigh most.
 * @type {Record<import('./wire').CardRecord['kind'], { left: number, top: number, right: number, bottom: number, heaviest: 'bottom' | 'left' | 'right' }>} */
export const ZONES = { wind: { left: 110, top: 80, right: 560, bottom: 400, heaviest: 'right' }, anchor: { left: 110, top: 560, right: 900, bottom: 850, heaviest: 'bottom' }, shark: { left: 1020, top: 540, right: 1490, bottom: 850, heaviest: 'left' } };
/** Where notes may be drawn, edges included.
 * @type {Record<import('./wire').CardRecord['kind'], { left: number, top: number, right: number, bottom: number }>} */
export const FRAMES = { wind: { left: 14, top: 18, right: 618, bottom: 446 }, anchor: { left: 14, top: 528, right: 984, bottom: 894 }, shark: { left: 992, top: 524, right: 1592, bottom: 894 } };
