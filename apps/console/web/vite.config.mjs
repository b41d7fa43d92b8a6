import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** @param {string} path from the root of the repository */
const at = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export default defineConfig({
  root: at('apps/console/web'),
  base: './',
  publicDir: false,
  resolve: { alias: { '@madang/chat-client': at('libs/chat-client/src/index.ts') } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'react' } },
  build: {
    outDir: at('dist/apps/console/web'),
    emptyOutDir: true,
    target: 'es2022',
    // The page's policy lets in no data: URL but images; a font of one's own is a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
