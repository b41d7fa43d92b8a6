// What mutants patch. A mutant whose target has been renamed would change nothing, or something else, and the control that it is would
// control nothing: so it throws, which ends the service before it is healthy, and the start with it.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..', '..', '..');

/** Of the built code: the class, and its method as it was. @throws where one of them is not there, saying which */
exports.target = function target(file, className, method) {
  const missing = (what) => new Error(`Mutant: ${what} is not there (${file}). What it patched has been renamed or moved: mend the mutant.`);
  const path = join(root, 'dist', file);
  if (!existsSync(path)) throw missing('the built file');
  const { [className]: type } = require(path);
  if (typeof type !== 'function') throw missing(`the class ${className}`);
  if (!Object.hasOwn(type.prototype, method) || typeof type.prototype[method] !== 'function') throw missing(`${className}.${method}`);
  return { type, original: type.prototype[method] };
};
