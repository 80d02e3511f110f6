// The signs of the three kinds, drawn on a 24 x 24 grid: a kind is never told by colour alone.

/** @type {Record<import('./scene.js').Kind, string>} paths, stroked or filled with the current colour */
export const PATHS = {
  wind: 'M2 9h11.5a3 3 0 1 0-2.7-4.3M2 13.5h16a3.2 3.2 0 1 1-2.9 4.6M2 18h8.5',
  anchor: 'M12 7.5V21M12 7.5a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2ZM7.5 11h9M3.5 14.5c.3 4 3.8 6.5 8.5 6.5s8.2-2.5 8.5-6.5l-2.7 1.5M3.5 14.5l2.7 1.5',
  shark: 'M3 20.5C4 11.5 9 4.5 20 3c-2.6 5-2.8 11 .6 17.5Z',
};

/** Filled signs; the others are drawn with a pen. */
export const FILLED = { wind: false, anchor: false, shark: true };
