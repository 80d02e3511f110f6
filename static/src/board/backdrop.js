// The picture behind the cards: sky, sea, boat, island. Drawn once; it moves by CSS alone.
import { HEIGHT, SEA_LEVEL, WIDTH, ZONES } from './scene.js';
import { svg } from './svg.js';

/** @returns {SVGElement} */
export function drawBackdrop() {
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'backdrop', 'aria-hidden': 'true', focusable: 'false' },
    gradients(),
    sky(),
    island(),
    svg('rect', { x: -WIDTH, y: SEA_LEVEL, width: WIDTH * 3, height: HEIGHT - SEA_LEVEL, fill: 'url(#sea)' }),
    svg('rect', { class: 'below', x: -WIDTH, y: HEIGHT - 1, width: WIDTH * 3, height: WIDTH }),
    wave('wave wave-far', SEA_LEVEL - 4, 150, 9),
    rays(),
    bed(),
    zones(),
    gusts(),
    boat(),
    wave('wave wave-near', SEA_LEVEL + 16, 100, 8),
    fins(),
    bubbles(),
  );
}

function gradients() {
  /** @param {string} id @param {[number, string][]} stops */
  const down = (id, stops) =>
    svg(
      'linearGradient',
      { id, x1: 0, y1: 0, x2: 0, y2: 1 },
      ...stops.map(([offset, name]) => svg('stop', { offset, class: name })),
    );
  return svg(
    'defs',
    {},
    down('sky', [[0, 'sky-high'], [0.7, 'sky-low'], [1, 'sky-rim']]),
    down('sea', [[0, 'sea-top'], [0.35, 'sea-middle'], [1, 'sea-deep']]),
    down('hull', [[0, 'hull-top'], [1, 'hull-low']]),
    down('canvas', [[0, 'canvas-top'], [1, 'canvas-low']]),
    down('near', [[0, 'near-top'], [1, 'near-low']]),
    down('ray', [[0, 'ray-top'], [1, 'ray-low']]),
    svg('radialGradient', { id: 'glow' }, svg('stop', { offset: 0, class: 'glow-in' }), svg('stop', { offset: 1, class: 'glow-out' })),
  );
}

function sky() {
  /** @param {number} x @param {number} y @param {number} size @param {string} name */
  const cloud = (x, y, size, name) =>
    svg(
      'g',
      { class: `cloud ${name}` },
      svg('path', {
        transform: `translate(${x} ${y}) scale(${size})`,
        d: 'M-86 20a22 22 0 0 1 6-43 34 34 0 0 1 62-12 26 26 0 0 1 42 10 24 24 0 0 1 40 16 16 16 0 0 1 0 29Z',
      }),
    );
  return svg(
    'g',
    {},
    // Wider and taller than the scene: windows have other shapes than 16 to 9.
    svg('rect', { class: 'above', x: -WIDTH, y: -WIDTH, width: WIDTH * 3, height: WIDTH + 1 }),
    svg('rect', { x: -WIDTH, width: WIDTH * 3, height: SEA_LEVEL + 20, fill: 'url(#sky)' }),
    svg('circle', { cx: 1180, cy: 118, r: 190, fill: 'url(#glow)' }),
    svg('circle', { class: 'sun', cx: 1180, cy: 118, r: 52 }),
    stars(),
    cloud(1010, 96, 0.9, 'cloud-1'),
    cloud(1420, 74, 0.7, 'cloud-2'),
    cloud(240, 52, 0.8, 'cloud-3'),
    svg('path', {
      class: 'gulls',
      d: 'M1045 232q11-12 20 0q9-12 20 0M1092 206q8-9 15 0q7-9 15 0M980 262q7-8 13 0q6-8 13 0',
    }),
  );
}

function stars() {
  const places = [[80, 40], [300, 96], [470, 30], [640, 60], [905, 44], [1010, 190], [1290, 60], [1480, 130], [1560, 40], [930, 250]];
  return svg('g', { class: 'stars' }, ...places.map(([cx, cy], i) => svg('circle', { cx, cy, r: 1.6 + (i % 3) * 0.7 })));
}

function island() {
  /** @param {number} x @param {number} y @param {number} turn */
  const leaf = (x, y, turn) =>
    svg('path', { class: 'leaf', transform: `translate(${x} ${y}) rotate(${turn})`, d: 'M0 0q26-18 56-4q-30 0-56 4Z' });
  return svg(
    'g',
    { class: 'island' },
    svg('path', { class: 'hill-far', d: 'M1392 476c28-58 66-90 108-90s66 34 100 34c60 0 96 26 130 56Z' }),
    svg('path', { class: 'hill', d: 'M1436 476c20-44 50-66 86-66 32 0 50 20 78 20 40 0 66 22 88 46Z' }),
    svg('path', { class: 'sand', d: 'M1366 476c52-20 150-28 234-24 90 3 160 10 220 24Z' }),
    svg('path', { class: 'trunk', d: 'M1418 462c4-34 8-58 22-84l7 4c-12 26-16 48-18 80Z' }),
    ...[-170, -140, -95, -45, -10, 25].map((turn) => leaf(1443, 380, turn)),
    svg('path', { class: 'pole', d: 'M1520 412v-92' }),
    svg('path', { class: 'flag', d: 'M1521 322c18-8 30 8 52 0v34c-22 8-34-8-52 0Z' }),
  );
}

/** @param {string} name @param {number} y @param {number} length @param {number} height */
function wave(name, y, length, height) {
  const start = -Math.ceil(WIDTH / length) * length;
  let path = `M${start} ${y}`;
  for (let x = start; x < WIDTH * 2; x += length) {
    path += `q${length / 4} ${-height} ${length / 2} 0t${length / 2} 0`;
  }
  return svg('path', { class: name, d: `${path}v34H${start}Z` });
}

function rays() {
  const shapes = [[250, 70, -60], [520, 40, -30], [980, 60, 40], [1260, 90, 80]];
  return svg(
    'g',
    { class: 'rays' },
    ...shapes.map(([x, width, lean]) =>
      svg('path', { fill: 'url(#ray)', d: `M${x} ${SEA_LEVEL}h${width}l${lean * 2 + 60} 330h${-width - 120}Z` }),
    ),
  );
}

function bed() {
  /** @param {number} x @param {number} height @param {string} name */
  const weed = (x, height, name) =>
    svg('path', { class: `weed ${name}`, d: `M${x} 894c-9-${height / 3} 10-${height / 2} 0-${height}c16 ${height / 3} 2 ${height / 2} 9 ${height}Z` });
  return svg(
    'g',
    {},
    svg('path', { class: 'bed', d: 'M-1600 880C-900 850-300 884 0 872c160-26 300 8 470-8s300 22 480 4 330-22 650 2c500 24 900-20 1600 6v26H-1600Z' }),
    weed(34, 92, 'weed-1'), weed(56, 60, 'weed-2'), weed(965, 84, 'weed-1'), weed(992, 54, 'weed-2'), weed(1556, 96, 'weed-1'), weed(1578, 60, 'weed-2'),
    svg('path', { class: 'stone', d: 'M940 886c4-16 22-22 36-12s20 4 26 14Z' }),
  );
}

/** Where each kind lives, and how heavy a place is: quiet lines at the five steps. */
function zones() {
  const lines = [];
  for (const [kind, zone] of Object.entries(ZONES)) {
    for (let step = 0; step < 5; step++) {
      const share = step / 4;
      if (zone.heaviest === 'bottom') {
        const y = zone.top + share * (zone.bottom - zone.top);
        lines.push(svg('path', { class: `scale scale-${kind}`, d: `M${zone.left - 84} ${y}H${zone.right + 84}` }));
      } else {
        const x = zone.left + share * (zone.right - zone.left);
        lines.push(svg('path', { class: `scale scale-${kind}`, d: `M${x} ${zone.top - 36}V${zone.bottom + 36}` }));
      }
    }
  }
  return svg('g', { class: 'scales' }, ...lines);
}

function boat() {
  return svg(
    'g',
    { class: 'boat' },
    svg(
      'g',
      { class: 'boat-lean' },
      svg('path', { class: 'mast', d: 'M746 452V140' }),
      svg('path', { class: 'boom', d: 'M748 424H900' }),
      svg('g', { class: 'jib' }, svg('path', { fill: 'url(#canvas)', class: 'canvas', d: 'M738 168C700 250 668 340 632 420q56 12 106 4Z' })),
      svg(
        'g',
        { class: 'sail' },
        svg('path', { fill: 'url(#canvas)', class: 'canvas', d: 'M756 152c74 44 148 150 138 268q-70 10-138 0Z' }),
        svg('path', { class: 'seam', d: 'M757 236q52 6 92 24M757 318q64 4 122 18' }),
        svg('path', { class: 'mark', d: 'M790 362h46l-23-58Z' }),
      ),
      svg('path', { class: 'pennant', d: 'M746 138c16-8 28 6 46-2v20c-18 8-30-6-46 2Z' }),
      svg('path', { class: 'deck', d: 'M606 452h304l-6 16H612Z' }),
      svg('path', { fill: 'url(#hull)', class: 'hull', d: 'M610 466h296c-8 34-36 54-74 54H690c-42 0-70-18-80-54Z' }),
      svg('path', { class: 'stripe', d: 'M616 482h286' }),
      ...[690, 760, 830].map((cx) => svg('circle', { class: 'porthole', cx, cy: 497, r: 7 })),
    ),
  );
}

/** Streaks of wind towards the sail, once there is any. */
function gusts() {
  const streaks = ['M470 196h120a20 20 0 1 0-18-30', 'M420 300h150', 'M500 378h104a17 17 0 1 1-15 26', 'M560 246h66'];
  return svg('g', { class: 'gusts' }, ...streaks.map((d, i) => svg('path', { class: `gust gust-${i % 2}`, d })));
}

function fins() {
  const fin = 'M0 0C4-22 18-38 44-42c-8 14-8 30 0 42Z';
  return svg(
    'g',
    { class: 'fins' },
    svg('g', { class: 'fin fin-1' }, svg('path', { d: fin, transform: 'translate(1120 500)' })),
    svg('g', { class: 'fin fin-2' }, svg('path', { d: fin, transform: 'translate(1330 512) scale(.7)' })),
    svg('g', { class: 'fin fin-3' }, svg('path', { d: fin, transform: 'translate(1010 508) scale(.55)' })),
  );
}

function bubbles() {
  const places = [[60, 820, 6], [84, 780, 4], [985, 800, 5], [968, 760, 3.5], [1548, 790, 6], [1570, 740, 4]];
  return svg('g', { class: 'bubbles' }, ...places.map(([cx, cy, r], i) => svg('circle', { cx, cy, r, class: `bubble bubble-${i % 3}` })));
}
