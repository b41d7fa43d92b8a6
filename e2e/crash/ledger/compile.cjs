// Runs the ledger from its TypeScript, over the built libraries: those that the services run, and that the mutants alter.
const { existsSync, readFileSync } = require('node:fs');
const { registerHooks } = require('node:module');
const { join } = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');
const { transformSync } = require('@swc/core');

const root = join(__dirname, '..', '..', '..');
const { exclude: _tests, jsc, ...options } = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
const { paths: _aliases, baseUrl: _root, ...compiler } = jsc;
const settings = { ...options, jsc: compiler, swcrc: false, sourceMaps: 'inline' };

registerHooks({
  resolve(specifier, context, next) {
    const library = /^@madang\/([\w-]+)$/.exec(specifier)?.[1];
    if (library !== undefined) return next(join(root, 'dist', 'libs', library, 'src', 'index.js'), context);
    if (specifier.startsWith('.') && context.parentURL?.endsWith('.ts')) {
      const url = new URL(`${specifier}.ts`, context.parentURL);
      if (existsSync(url)) return { url: url.href, format: 'commonjs', shortCircuit: true };
    }
    return next(specifier, context);
  },
  load(url, context, next) {
    if (!url.startsWith(pathToFileURL(__dirname).href) || !url.endsWith('.ts')) return next(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...settings, filename });
    return { format: 'commonjs', source: code, shortCircuit: true };
  },
});
