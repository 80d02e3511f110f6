// node build.mjs: static/src -> static/dist, with hashed names, a manifest from entry point to file, and gzipped twins.
import * as esbuild from 'esbuild';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { gzipSync } from 'node:zlib';

const ENTRIES = ['home', 'participant', 'facilitator', 'screen'];

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist', { recursive: true });
const result = await esbuild.build({
  entryPoints: ENTRIES.flatMap((name) => [`src/${name}.js`, `src/${name}.css`]),
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

for (const name of readdirSync('dist')) {
  if (['.js', '.css', '.svg'].includes(extname(name))) {
    writeFileSync(`dist/${name}.gz`, gzipSync(readFileSync(`dist/${name}`), { level: 9 }));
  }
}
