// Needs `node --experimental-vm-modules node_modules/jest/bin/jest.js`: Nest's packages are ES modules only.
//   *.spec.ts  unit: no network, no process        --selectProjects unit
//   *.test.ts  with real parts (startInfra())      --selectProjects parts
//   *.e2e.ts   in e2e/, over a whole stack of its own     --selectProjects e2e
//   *.containers.ts   over docker-compose.yml; needs a Docker engine     --selectProjects containers
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

// The build's own settings, but for two: it leaves tests out, and jest resolves the aliases itself.
const { exclude: _tests, jsc, ...swc } = JSON.parse(readFileSync(join(__dirname, '.swcrc'), 'utf8'));
const { paths: _aliases, baseUrl: _root, ...compiler } = jsc;

const project = (displayName, testMatch) => ({
  displayName,
  testMatch,
  rootDir: __dirname,
  roots: ['apps', 'libs', 'infra', 'e2e', 'bench'].map((directory) => `<rootDir>/${directory}`),
  testEnvironment: 'node',
  // `.mjs` is there for infra's bootstrap, which is plain JavaScript.
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: {
    '^@madang/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@madang/([^/]+)/([^/]+)$': '<rootDir>/libs/$1/src/$2/index.ts',
  },
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, jsc: compiler, swcrc: false }] },
});

module.exports = {
  // Jest takes it here only, for all projects.
  testTimeout: 60_000,
  projects: [
    project('unit', ['<rootDir>/**/*.spec.ts']),
    project('parts', ['<rootDir>/**/*.test.ts']),
    project('e2e', ['<rootDir>/e2e/**/*.e2e.ts']),
    project('containers', ['<rootDir>/e2e/**/*.containers.ts']),
  ],
};
