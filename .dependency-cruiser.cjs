// Each subpath that a package exports has an index of its own.
const INSIDE_A_LIBRARY = '^libs/[^/]+/src/(?!index\\.ts$|(?<=^libs/ids/src/)(nest|prometheus|typeorm)/index\\.ts$|(?<=^libs/lab/src/)nest/index\\.ts$|(?<=^libs/replicas/src/)(nest|token)/index\\.ts$|(?<=^libs/waiting-room/src/)(nest|typeorm)/index\\.ts$)';

/** Dependencies point one way: apps -> libs. See docs/ARCHITECTURE.md. @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-app-imports-an-app',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    { name: 'no-lib-imports-an-app-or-infra', severity: 'error', from: { path: '^libs/', pathNot: '\\.test\\.ts$' }, to: { path: '^(apps|infra|e2e|bench)/' } },
    { name: 'apps-do-not-import-infra', severity: 'error', from: { path: '^apps/', pathNot: '\\.test\\.ts$' }, to: { path: '^(infra|e2e|bench)/' } },
    {
      name: 'libraries-only-through-their-index',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: INSIDE_A_LIBRARY, pathNot: '^libs/$1/' },
    },
    {
      name: 'libraries-only-through-their-index-from-outside',
      severity: 'error',
      from: { pathNot: '^libs/' },
      to: { path: INSIDE_A_LIBRARY },
    },
    {
      name: 'ids-needs-no-framework',
      comment: 'The core has no dependency; what has one (Nest, TypeORM, prom-client) is a subpath that nothing else of the library imports.',
      severity: 'error',
      from: { path: '^libs/ids/src/', pathNot: ['\\.spec\\.ts$', '^libs/ids/src/(nest|prometheus|typeorm)/'] },
      to: { path: ['^node_modules/', '^libs/ids/src/(nest|prometheus|typeorm)/'] },
    },
    {
      name: 'ids-subpaths-are-apart',
      severity: 'error',
      from: { path: '^libs/ids/src/(nest|prometheus|typeorm)/', pathNot: '\\.(spec|test)\\.ts$' },
      to: { path: '^libs/ids/src/(nest|prometheus|typeorm)/', pathNot: '^libs/ids/src/$1/' },
    },
    {
      name: 'chat-client-runs-in-a-browser',
      severity: 'error',
      from: { path: '^libs/chat-client/src/', pathNot: '\\.(spec|test)\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'the-page-runs-in-a-browser',
      comment: 'Of the libraries it may run what a browser can: the client of the chat. What lab and feed say is types alone.',
      severity: 'error',
      from: { path: '^apps/console/web/src/', pathNot: '\\.spec\\.ts$' },
      to: { path: ['^libs/(?!chat-client/)', '^apps/console/(?!web/)'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-page-needs-no-node',
      severity: 'error',
      from: { path: '^apps/console/web/src/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'take-home-libraries-know-no-members',
      comment: 'Only events, lab and service-kit may know the platform; the others are what a user takes home.',
      severity: 'error',
      from: { path: '^libs/(?!events/|lab/|service-kit/)' },
      to: { path: '^libs/(events|lab|service-kit)/' },
    },
    {
      name: 'what-services-share-knows-no-lab',
      severity: 'error',
      from: { path: '^libs/(events|service-kit)/' },
      to: { path: '^libs/lab/' },
    },
    {
      name: 'naive-code-stays-in-the-lab',
      comment: 'A naive counterpart lies in `lab/` of its app; of what is there, the app sees one entrance.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/', pathNot: '^apps/[^/]+/src/lab/' },
      to: { path: '^apps/[^/]+/src/lab/', pathNot: '^apps/[^/]+/src/lab/[^/]+-lab\\.ts$' },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependencies-in-production',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.(spec|test)\\.ts$|/testing/|^apps/console/web/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.sandbox)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
