// node build.mjs: static/src -> static/dist, with hashed names, a manifest from entry point to file, and gzipped twins.
import * as esbuild from 'esbuild';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { gzipSync } from 'node:zlib';

const ENTRIES = ['home', 'participant', 'facilitator', 'screen', 'replay'];
const STYLES = ['summary']; // of pages without a script

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist', { recursive: true });
const result = await esbuild.build({
  entryPoints: [...ENTRIES.flatMap((name) => [`src/${name}.js`, `src/${name}.css`]), ...STYLES.map((name) => `src/${name}.css`)],
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
});

const manifest = {};
for (const [file, output] of Object.entries(result.metafile.outputs)) {
  if (output.entryPoint) manifest[basename(output.entryPoint)] = basename(file);
}
writeFileSync('dist/manifest.json', JSON.stringify(manifest, null, 1));

// The sentences of each entry point, with those of the chunks it may fetch later: a page carries no others.
/** @param {string} file @param {Set<string>} seen */
function sources(file, seen = new Set(), found = new Set()) {
  if (seen.has(file)) return found;
  seen.add(file);
  for (const input of Object.keys(result.metafile.outputs[file].inputs)) if (input.startsWith('src/')) found.add(input);
  for (const { path } of result.metafile.outputs[file].imports) if (result.metafile.outputs[path]) sources(path, seen, found);
  return found;
}

const sentences = {};
for (const name of ENTRIES) {
  const said = new Set();
  for (const file of sources(`dist/${manifest[`${name}.js`]}`)) {
    if (!/\.jsx?$/.test(file)) continue;
    for (const [, sentence] of readFileSync(file, 'utf8').matchAll(/\bt\(\s*'((?:[^'\\\n]|\\.)*)'/g)) said.add(sentence.replaceAll("\\'", "'"));
  }
  sentences[name] = [...said].sort();
}
writeFileSync('dist/sentences.json', JSON.stringify(sentences, null, 1));

for (const name of readdirSync('dist')) {
  if (['.js', '.css', '.svg'].includes(extname(name))) {
    writeFileSync(`dist/${name}.gz`, gzipSync(readFileSync(`dist/${name}`), { level: 9 }));
  }
}
