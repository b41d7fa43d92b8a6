import { existsSync, readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const libraries = join(import.meta.dirname, '..', '..', 'libs');
const within = `${pathToFileURL(libraries).href}/`;

// What is run from here runs as it is written, without a build. The libraries are built as CommonJS: their packages lead to no sources, their imports have no
// ending, and their constructors may declare fields.
registerHooks({
  resolve: (specifier, context, next) => {
    const [, library] = /^@madang\/([\w-]+)$/.exec(specifier) ?? [];
    const resolved = next(library ? pathToFileURL(join(libraries, library, 'src', 'index.ts')).href : withEnding(specifier, context.parentURL), context);
    return resolved.url.endsWith('.ts') ? { ...resolved, format: 'module-typescript' } : resolved;
  },
  load: (url, context, next) => {
    if (!url.startsWith(within) || !url.endsWith('.ts')) return next(url, context);
    return { format: 'module', source: stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'), { mode: 'transform', sourceUrl: url }), shortCircuit: true };
  },
});

function withEnding(specifier: string, parent: string | undefined): string {
  if (!/^\.\.?\/.*(?<!\.ts)$/.test(specifier) || !parent?.startsWith(within)) return specifier;
  return existsSync(fileURLToPath(new URL(`${specifier}.ts`, parent))) ? `${specifier}.ts` : `${specifier}/index.ts`;
}
