import { target } from './target.cjs';

/** Lies beside the build, and is there without it. Its only export is a function, which has a prototype like a class. */
const THIS = '../e2e/crash/mutants/target.cjs';

describe('a mutant whose target is gone throws', () => {
  it.each<[what: string, file: string, className: string, method: string, message: string]>([
    ['the file', 'libs/nowhere.js', 'Inbox', 'applyOnce', 'the built file is not there (libs/nowhere.js)'],
    ['the class', THIS, 'Inbox', 'applyOnce', 'the class Inbox is not there'],
    ['the method', THIS, 'target', 'applyOnce', 'target.applyOnce is not there'],
    ['a method of its own', THIS, 'target', 'toString', 'target.toString is not there'],
  ])('%s', (_what, file, className, method, message) => {
    expect(() => target(file, className, method)).toThrow(message);
  });
});
