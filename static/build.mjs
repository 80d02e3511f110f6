// node build.mjs: static/src -> static/dist, with hashed names, a manifest from entry point to file, and gzipped twins.
import * as esbuild from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { gzipSync } from 'node:zlib';

const ENTRIES = ['home', 'participant', 'facilitator', 'screen', 'replay', 'library', 'account'];
const STYLES = ['summary', 'notice']; // of pages without a script
// Pages of one live workshop share files. Every other page is built by itself: what is shared by more becomes files, and
// requests, of its own, and a phone would pay for each of them with a round trip.
const LIVE = ['participant', 'facilitator', 'screen'];
const files = (name) => [`src/pages/${name}.js`, `src/pages/${name}.css`];
const groups = [
  LIVE.flatMap(files),
  ...ENTRIES.filter((name) => !LIVE.includes(name)).map(files),
  [...STYLES.map((name) => `src/pages/${name}.css`), 'src/pages/worker.js'],
];

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist', { recursive: true });
const options = {
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  sourcemap: true,
  metafile: true,
  outdir: 'dist',
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  assetNames: '[name]-[hash]',
  legalComments: 'linked',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.woff2': 'file' },
  // Phones of six years ago.
  target: ['es2019', 'safari13', 'chrome64', 'firefox67'],
  // A rare parser fault of old Safari keeps esbuild from destructuring there; ours is plain enough.
  supported: { destructuring: true },
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
};

const outputs = {};
for (const entryPoints of groups) Object.assign(outputs, (await esbuild.build({ ...options, entryPoints })).metafile.outputs);
const manifest = {};
/** What the page of an entry point fetches at once, the sentences that this may say, and those of what is fetched later. */
const pages = {};
for (const [file, output] of Object.entries(outputs)) {
  const entry = output.entryPoint || '';
  if (!/^src\/pages\/[\w-]+\.(js|css)$/.test(entry)) continue;
  manifest[basename(entry)] = basename(file);
  if (extname(entry) !== '.js') continue;
  const first = reached(file, (kind) => kind === 'import-statement');
  pages[basename(entry, '.js')] = {
    imports: first.slice(1).map((name) => basename(name)),
    sentences: [...sentencesIn(first)].sort(),
    parts: partsOf(first),
    later: [...sentencesIn(reached(file, () => true))].filter((sentence) => !sentencesIn(first).has(sentence)).sort(),
  };
}

/** The files of each part that is fetched later, by the name of its source; what is there already is left out. */
function partsOf(first) {
  const all = reached(first[0], () => true).filter((name) => outputs[name].entryPoint && !first.includes(name));
  return Object.fromEntries(
    all.map((name) => [
      basename(outputs[name].entryPoint).replace(/\.\w+$/, ''),
      reached(name, (kind) => kind === 'import-statement').filter((one) => !first.includes(one)).map((one) => basename(one)),
    ]),
  );
}

/** What the sources of these outputs may say. */
function sentencesIn(names) {
  return new Set(names.flatMap((name) => Object.keys(outputs[name].inputs)).flatMap(sentencesOf));
}
// The app's own pictures, which only pages and phones ask for.
for (const name of readdirSync('src/icons')) {
  const drawn = readFileSync(`src/icons/${name}`);
  manifest[name] = `${basename(name, '.svg')}-${createHash('sha256').update(drawn).digest('hex').slice(0, 8)}.svg`;
  writeFileSync(`dist/${manifest[name]}`, drawn);
}
writeFileSync('dist/manifest.json', JSON.stringify(manifest, null, 1));
writeFileSync('dist/pages.json', JSON.stringify(pages, null, 1));

/** An output and what it imports, by the kinds of import that count. */
function reached(file, counts) {
  const files = [file];
  for (const name of files) {
    for (const { path, kind } of outputs[name].imports) {
      if (outputs[path] && counts(kind) && !files.includes(path)) files.push(path);
    }
  }
  return files;
}

/** What a source file gives to t(), as tests/support/translatable.py finds it. */
function sentencesOf(path) {
  if (!path.startsWith('src/')) return [];
  const sentences = readFileSync(path, 'utf8').matchAll(/\bt\(\s*'((?:[^'\\\n]|\\.)*)'/g);
  return [...sentences].map(([, text]) => text.replace(/\\'/g, "'"));
}

for (const name of readdirSync('dist')) {
  if (['.js', '.css', '.svg'].includes(extname(name))) {
    writeFileSync(`dist/${name}.gz`, gzipSync(readFileSync(`dist/${name}`), { level: 9 }));
  }
}
