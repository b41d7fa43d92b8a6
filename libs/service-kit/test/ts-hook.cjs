// Lets a test start a service as a process of its own, straight from its TypeScript: `node -r ts-hook.cjs main.ts`.
const { existsSync, readFileSync } = require('node:fs');
const { registerHooks } = require('node:module');
const { join } = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');
const { transformSync } = require('@swc/core');

const root = join(__dirname, '..', '..', '..');
const { exclude: _exclude, ...options } = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
const settings = { ...options, jsc: { ...options.jsc, baseUrl: root }, cwd: root, swcrc: false, sourceMaps: 'inline' };

const found = ({ href }) => ({ url: href, format: 'commonjs', shortCircuit: true });

registerHooks({
  resolve(specifier, context, next) {
    const library = /^@madang\/([\w-]+)$/.exec(specifier)?.[1];
    if (library !== undefined) return found(pathToFileURL(join(root, 'libs', library, 'src', 'index.ts')));
    if (specifier.startsWith('.') && context.parentURL?.endsWith('.ts')) {
      const url = new URL(`${specifier}.ts`, context.parentURL);
      if (existsSync(url)) return found(url);
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
