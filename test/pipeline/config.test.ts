import { expect, test } from 'vitest';
import type { Erp } from '../../src/contract/index.ts';
import { datasetName } from '../../src/engine/ingest-file.ts';
import { parseMemory, resolveConfig } from '../../src/pipeline/config.ts';
import { plugin } from './make.ts';

const plugins = [plugin({ id: 'profile_basic' }), plugin({ id: 'other' })];
const defaults = { dataset: 'jobs', workers: 2 };
const resolve = (content: unknown, flags = {}, of = plugins) =>
  resolveConfig({ flags, file: { path: 'c.yaml', content }, plugins: of, defaults });

test('EXEC-06 flags come before the file, the file before defaults, and each value says where it came from', () => {
  const config = resolve(
    { seed: 7, dataset: { name: 'filed' }, plugins: { profile_basic: { settings: { bins: 5 } } } },
    { seed: '9', settings: { 'other.bins': 3 } },
  );
  expect(config).toMatchObject({ seed: '9', dataset: 'filed', kind: 'real', workers: 2, memoryBytes: 2e9 });
  expect(config.settings).toEqual({ profile_basic: { bins: 5, names: [] }, other: { bins: 3, names: [] } });
  expect(config.sources).toMatchObject({
    seed: 'flag',
    'dataset.name': 'config',
    workers: 'default',
    'plugins.profile_basic.settings.bins': 'config',
    'plugins.other.settings.bins': 'flag',
    'plugins.other.settings.names': 'default',
  });
});

test.each([
  [{ sed: 1 }, 'sed: unknown key (did you mean "seed"?)'],
  [{ workers: 0 }, 'workers: must be >= 1, got 0'],
  [{ policy: { on_failure: 'retry' } }, 'policy.on_failure: must be one of continue, stop, got "retry"'],
  [
    { policy: { false_discovery_rate: 0.25 } },
    'policy.false_discovery_rate: must be <= 0.2, got 0.25 (plugins leave out what has a p-value above 0.2, so that a higher rate',
  ],
  [
    { plugins: { profile_basic: { settings: { bin: 5 } } } },
    'plugins.profile_basic.settings.bin: unknown key (did you mean "bins"?)',
  ],
  [
    { plugins: { profile_basic: { settings: { bins: 'many' } } } },
    'plugins.profile_basic.settings.bins: must be integer, got "many"',
  ],
  [
    { plugins: { profile_basic: { settings: { bins: 0 } } } },
    'plugins.profile_basic.settings.bins: must be >= 1, got 0',
  ],
])('EXEC-06 a mistake in the configuration is named with its path: %j', (content, message) => {
  expect(() => resolve(content)).toThrow(message);
  expect(() => resolve(content)).toThrow(expect.objectContaining({ code: 'SH_CONFIG_INVALID', exitCode: 2 }));
});

test('EXEC-06 an unknown plugin is refused with the nearest name', () => {
  expect(() => resolve({ plugins: { profil_basic: {} } })).toThrow(
    'Unknown plugin "profil_basic". Nearest: profile_basic.',
  );
  expect(() => resolve({}, { settings: { 'profile_basik.bins': 1 } })).toThrow('Nearest: profile_basic.');
});

test.each(['.', '..', 'jobs@1', 'one\ntwo'])(
  'a dataset that could never be opened is refused: %j',
  (name) => {
    const refused = expect.objectContaining({ code: 'SH_CONFIG_INVALID' });
    expect(() => resolve({}, { dataset: name })).toThrow(refused);
    expect(() => resolve({ dataset: { name } })).toThrow(refused);
  },
);

test('a dataset that is called as its file can be opened, whatever that is called', () => {
  const names = ['...csv', 'a@1.csv', 'one\ntwo.csv', 'jobs@host.csv.gz', '.csv'];
  expect(names.map((name) => datasetName([name]))).toEqual(['dataset', 'a-1', 'onetwo', 'jobs@host', '.csv']);
});

test('all problems are reported at once', () => {
  expect(() => resolve({ workers: 0, sed: 1 })).toThrow(
    /sed: unknown key.*; workers: must be >= 1|workers.*; sed/,
  );
});

test('memory sizes are read with decimal and binary units', () => {
  expect(parseMemory('2GB')).toBe(2e9);
  expect(parseMemory('512MiB')).toBe(512 * 2 ** 20);
  expect(parseMemory('1.5G')).toBe(1.5e9);
  for (const wrong of ['0', 'much', '10KB', '-1GB']) expect(() => parseMemory(wrong)).toThrow('memory:');
});

test('EXT-09 the ceilings of a type of plugin come before those of all, those before the defaults', () => {
  const { policy, sources } = resolve({
    policy: { limits: { wall_s: 60, open_files: 100 }, profiles: { analysis: { limits: { wall_s: 90 } } } },
  });
  expect(policy.profiles.analysis.limits).toMatchObject({ wall_s: 90, open_files: 100, cpu_s: 7200 });
  expect(policy.profiles.profile.limits).toMatchObject({ wall_s: 60, open_files: 100, cpu_s: 3600 });
  expect(sources).toMatchObject({
    'policy.profiles.analysis.limits.wall_s': 'config',
    'policy.profiles.analysis.limits.cpu_s': 'default',
    'policy.profiles.profile.limits.wall_s': 'config',
  });
});

test.each([
  [{ policy: { limits: { wall: 60 } } }, 'policy.limits.wall: unknown key (did you mean "wall_s"?)'],
  [{ policy: { limits: { open_files: 3 } } }, 'policy.limits.open_files: must be >= 64, got 3'],
  [
    { policy: { profiles: { analyses: {} } } },
    'policy.profiles.analyses: unknown key (did you mean "analysis"?)',
  ],
])('EXEC-06 a ceiling that can not be is named with its path: %j', (content, message) => {
  expect(() => resolve(content)).toThrow(message);
});

test('EXEC-06 defaults that do not fit their own schema stop only a run that takes the plugin, and are called what they are', () => {
  const properties = { largest: { type: 'number', maximum: 0.5, default: 7 } };
  const both = [
    plugin({ id: 'wrong', config_schema: { type: 'object', properties } }),
    plugin({ id: 'right' }),
  ];
  const flags = { plugins: ['right'] };
  expect(resolve({}, flags, both).settings).toHaveProperty('right');
  expect(() => resolve({}, {}, both)).toThrow(
    'The plugin wrong has defaults of its own that do not fit its config_schema: largest: must be <= 0.5, got 7.',
  );
  expect(resolve({}, { settings: { 'wrong.largest': 0.1 } }, both).settings).toHaveProperty('wrong');
});

test('EXEC-06 what is said of process logs fills the setting of that name of every plugin that has it, below what is said of that plugin', () => {
  const properties = { threshold_s: { type: 'number', default: 60 }, top: { type: 'integer', default: 3 } };
  const both = [
    plugin({ id: 'waits', config_schema: { type: 'object', properties } }),
    plugin({ id: 'tails', config_schema: { type: 'object', properties } }),
    plugin({ id: 'profile_basic' }),
  ];
  const said = {
    process: { threshold_s: 90, close_start_day: 25 },
    plugins: { tails: { settings: { threshold_s: 30 } } },
  };
  const config = resolve(said, {}, both);
  expect(config.settings).toEqual({
    waits: { threshold_s: 90, top: 3 },
    tails: { threshold_s: 30, top: 3 },
    profile_basic: { bins: 20, names: [] },
  });
  expect(config.sources).toMatchObject({
    'process.threshold_s': 'config',
    'process.close_start_day': 'config',
    'plugins.waits.settings.threshold_s': 'config',
    'plugins.waits.settings.top': 'default',
  });
  const flagged = resolve(said, { settings: { 'process.threshold_s': 10 } }, both);
  expect(flagged.settings).toMatchObject({ waits: { threshold_s: 10 }, tails: { threshold_s: 10 } });
  expect(flagged.sources['plugins.tails.settings.threshold_s']).toBe('flag');
});

test.each([
  [{ process: { treshold_s: 9 } }, {}, 'process.treshold_s: unknown key (did you mean "threshold_s"?)'],
  [{ process: { close_end_day: 32 } }, {}, 'process.close_end_day: must be <= 31, got 32'],
  [{}, { settings: { 'process.threshold_s': 'long' } }, 'process.threshold_s: must be number, got "long"'],
])(
  'EXEC-06 a mistake in what is said of process logs is named with its path: %j %j',
  (content, flags, message) => {
    expect(() => resolve(content, flags)).toThrow(message);
  },
);

test('what an ERP says comes below the file and above the defaults, and each value says that it is from there', () => {
  const properties = { threshold_s: { type: 'number', default: 60 }, top: { type: 'integer', default: 3 } };
  const both = [
    plugin({ id: 'waits', config_schema: { type: 'object', properties } }),
    plugin({ id: 'tails', config_schema: { type: 'object', properties } }),
  ];
  const erp: Erp = {
    ...{ schema_version: 'erp.v1', name: 'quorum', description: '', columns: [], schema_versions: [] },
    ingest: { delimiter: ';', header: 'no' },
    process: { threshold_s: 90 },
    plugins: { waits: { top: 9, threshold_s: 45 }, gone: { any: 1 } },
    known_issues: [],
  };
  const resolved = (content: unknown, flags = {}) =>
    resolveConfig({
      ...{ flags, file: { path: 'c.yaml', content }, plugins: both, defaults },
      erp: (dataset, named) => (dataset === 'jobs' && named === undefined ? erp : undefined),
    });
  const config = resolved({ ingest: { header: 'yes' } });
  expect(config.settings).toEqual({ waits: { threshold_s: 45, top: 9 }, tails: { threshold_s: 90, top: 3 } });
  expect(config.ingest).toMatchObject({ delimiter: ';', header: 'yes' });
  expect(config.sources).toMatchObject({
    'ingest.delimiter': 'erp',
    'ingest.header': 'config',
    'process.threshold_s': 'erp',
    'plugins.waits.settings.threshold_s': 'erp',
    'plugins.tails.settings.top': 'default',
  });
  // a stronger source that speaks of all plugins comes before a weaker one that speaks of this one
  expect(resolved({ process: { threshold_s: 30 } }).settings).toMatchObject({
    waits: { threshold_s: 30, top: 9 },
    tails: { threshold_s: 30 },
  });
  expect(resolved({}, { settings: { 'process.threshold_s': 5 } }).settings).toMatchObject({
    waits: { threshold_s: 5 },
  });
});
