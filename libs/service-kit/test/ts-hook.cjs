// Lets a test start a service as a process of its own, straight from its TypeScript: `node -r ts-hook.cjs main.ts`.
const { existsSync, readFileSync } = require('node:fs');
const { registerHooks } = require('node:module');
const { join } = require('node:path');
const { fileURLToPath } = require('node:url');
const { transformSync } = require('@swc/core');

const root = join(__dirname, '..', '..', '..');
const { exclude: _exclude, ...options } = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
const settings = { ...options, jsc: { ...options.jsc, baseUrl: root }, cwd: root, swcrc: false, sourceMaps: 'inline' };

const found = ({ href }) => ({ url: href, format: 'commonjs', shortCircuit: true });

registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('.') && context.parentURL?.endsWith('.ts')) {
      // Another library, which the compiler has made a path of, is the index of its directory.
      const url = [`${specifier}.ts`, `${specifier}/index.ts`].map((path) => new URL(path, context.parentURL)).find(existsSync);
      if (url) return found(url);
    }
    return next(specifier, context);
  },
  load(url, context, next) {
    if (!url.endsWith('.ts')) return next(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...settings, filename });
    return { format: 'commonjs', source: code, shortCircuit: true };
  },
});
