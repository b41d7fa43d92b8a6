// Preloaded (`node --import`) into a process that runs the library's sources as they are.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

// The library's imports have no ending, since its build is CommonJS.
registerHooks({
  resolve: (specifier, context, next) => {
    if (!/^\.\.?\/.*(?<!\.ts)$/.test(specifier) || !context.parentURL?.endsWith('.ts')) return next(specifier, context);
    const file = new URL(`${specifier}.ts`, context.parentURL);
    return next(existsSync(fileURLToPath(file)) ? `${specifier}.ts` : `${specifier}/index.ts`, context);
  },
});
