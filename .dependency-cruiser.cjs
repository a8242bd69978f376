// The import rule, executable. Each rule carries its reason; docs/explain/architecture.md tells the story.
const ABOVE = {
  base: [],
  contract: ['base'],
  sdk: ['contract', 'base'],
  dataset: ['sdk', 'contract', 'base'],
  state: ['sdk', 'contract', 'base'],
  ingest: ['state', 'dataset', 'sdk', 'contract', 'base'],
  'plugin-host': ['bundle', 'state', 'dataset', 'sdk', 'contract', 'base'],
  report: ['sdk', 'contract', 'base'],
  synth: ['sdk', 'contract', 'base'],
  pack: ['contract', 'base'],
  bundle: ['contract', 'base'],
  pipeline: ['ingest', 'plugin-host', 'report', 'state', 'dataset', 'sdk', 'contract', 'base'],
  engine: [
    'synth',
    'pack',
    'bundle',
    'pipeline',
    'ingest',
    'plugin-host',
    'report',
    'state',
    'dataset',
    'sdk',
    'contract',
    'base',
  ],
  server: ['engine', 'contract', 'base'],
  cli: ['server', 'engine', 'contract', 'base'],
  testing: ['pipeline', 'plugin-host', 'dataset', 'sdk', 'contract', 'base'],
};
const REASONS = {
  base: 'the ground everything stands on leans on nothing',
  contract: 'documents must be readable without the machinery that makes them',
  sdk: 'it is bundled into plugins and runs in the sandbox',
  dataset: 'the SQL engine can be replaced only while nothing but its interface is known above',
  state: 'the system of record knows nouns, not what is done with them',
  ingest: 'stages meet only in the pipeline, so that each can be tested and changed alone',
  'plugin-host': 'stages meet only in the pipeline, so that each can be tested and changed alone',
  report: 'a report is a pure function of outcomes: no disk, no database, no SQL',
  synth: 'what it makes is decided by its request: no disk, no database, nothing of what later reads it',
  pack: 'what a pack holds is decided by the run that it is given: no database, no pipeline',
  bundle: 'what a bundle holds is decided by the bytes that it is given: no disk, no database',
  pipeline: 'it orders the stages, and knows no use case',
  engine: 'use cases are the only door; they know no terminal and no socket',
  server: 'HTTP only turns requests into use cases',
  cli: 'the command line only turns arguments into use cases, and starts the server',
  testing:
    'it runs one plugin as the pipeline would; of runs, states and use cases it knows nothing, and nothing knows it',
};

const layerRules = Object.entries(ABOVE).map(([layer, allowed]) => ({
  name: `${layer}-imports-only-what-lies-below`,
  comment: REASONS[layer],
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: '^src/', pathNot: `^src/(${[layer, ...allowed].join('|')})/` },
}));

const only = (name, comment, module, pathNot) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^(src|plugins)/', pathNot },
  to: { path: module },
});

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'through-the-front-door',
      comment:
        "a folder's index.ts is its interface; the rest may change without asking. The engine takes exact arithmetic, " +
        'seeded streams, the names of columns, the words for unknown jobs and what is asked of values from the sdk by doors of their own: see the next rule',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: {
        path: '^src/([^/]+)/.+',
        pathNot: [
          '^src/$1/',
          '^src/[^/]+/index\\.ts$',
          '^src/sdk/(exact/index|random|statistics/column-names|process-log/no-job|value-facts)\\.ts$',
        ],
      },
    },
    {
      name: 'the-engine-loads-no-statistics',
      comment:
        'the statistics kit is for plugins; its hundreds of small files would cost every command 80 ms',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(sdk|testing|plugin-host/child)/' },
      to: { path: '^src/sdk/index\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'plugins-import-only-the-sdk',
      comment: 'a plugin is bundled alone and runs where nothing else exists',
      severity: 'error',
      from: { path: '^plugins/([^/]+)/' },
      to: { pathNot: ['^plugins/$1/', '^src/sdk/index\\.ts$'] },
    },
    {
      name: 'sdk-is-pure',
      comment:
        'it runs inside the sandbox, where there is no Node and no package; special functions and matrices in plain ' +
        'JavaScript are bundled in, from the list in src/plugin-host/bundle-packages.ts',
      severity: 'error',
      from: { path: '^src/sdk/', pathNot: '^src/sdk/statistics/' },
      to: { dependencyTypes: ['core', 'npm'] },
    },
    {
      name: 'statistics-imports-only-special-functions-and-matrices',
      comment:
        'the kit stands on @stdlib and ml-matrix, which give the same bits everywhere; nothing else is bundled',
      severity: 'error',
      from: { path: '^src/sdk/statistics/' },
      to: {
        dependencyTypes: ['core', 'npm'],
        pathNot: '^node_modules/(@stdlib/math-base-special-[a-z0-9-]+|ml-matrix)/',
      },
    },
    only('duckdb-behind-dataset', 'another SQL engine must be able to stand in', '@duckdb/', [
      '^src/dataset/',
      '^src/ingest/',
    ]),
    only('sqlite-behind-state', 'one place knows the database', '^node:sqlite$|^sqlite$', ['^src/state/']),
    only(
      'processes-start-in-plugin-host',
      'what can start a program is a trust boundary',
      '^(node:)?child_process$',
      ['^src/plugin-host/', '^src/engine/(spawn-run|open-browser)\\.ts$'],
    ),
    only(
      'no-sockets',
      'nothing talks to a network; only src/server listens to this machine',
      '^(node:)?(net|http|https|http2|tls|dgram|dns)$',
      ['^src/server/'],
    ),
    only(
      'the-server-library-behind-server',
      'one place knows how requests come in',
      '^node_modules/(@?fastify)/',
      ['^src/server/'],
    ),
    {
      name: 'the-page-knows-only-shapes',
      comment:
        'it talks HTTP; what it shares with the rest is types, which are gone when it is bundled, and how a value is ' +
        'written, which is pure and must be the same in page and report',
      severity: 'error',
      from: { path: '^web/' },
      to: {
        path: '^(src|plugins)/',
        pathNot: '^src/report/(format-value|break-places)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'the-page-knows-documents-and-answers',
      comment: 'the shapes of documents and of what use cases answer; nothing of how they are made',
      severity: 'error',
      from: { path: '^web/' },
      to: {
        path: '^src/',
        pathNot: '^src/(contract/|engine/index\\.ts$|report/(format-value|break-places)\\.ts$)',
      },
    },
    {
      name: 'no-cycles',
      comment: 'a circle of files can be read only whole',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'a file that nothing imports is dead, or an entry that must be named here',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src/',
        pathNot: ['^src/cli/main\\.ts$', '^src/testing/index\\.ts$', '^src/plugin-host/child/'],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    includeOnly: ['^src/', '^plugins/', '^web/', '^node:', 'node_modules'],
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
