import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { folderOfTests, folderOnDisk } from './test/temporary-folder.ts';

/** The slow files that take longest, in turn: what takes long begins first, so that no processor waits for it at the end. */
const LONGEST = [
  'planted/null-tables',
  'planted/planted-relations',
  'planted/planted-time',
  'planted/planted-logs',
  'run/determinism',
  'run/plugins-validate',
  'crash/crash',
  'escape/executions',
  'planted/null-logs',
  'docs/plugin-guide',
  'run/kill',
  'plugins/groups-and-drift',
  'plugin-registry/crash',
  'escape/run',
  'run/refusals',
  'run/mistakes',
  'run/run',
  'run/repeat',
  'run/event-log',
  'run/compare',
  'run/append',
  'pack/pack',
  'pack/hostile',
].map((name) => join(import.meta.dirname, 'test', `${name}.slow.test.ts`));

/**
 * Slow files whose temporary files are on a disk: of what a crash, a kill or damage leaves, for there `fsync` does something, and
 * of what a sandbox refuses, for below /dev Deno refuses by itself.
 */
const ON_DISK = [
  'crash/*',
  'escape/*',
  'ingest/killed',
  'migrations/*',
  'plugin-host/*',
  'plugin-registry/*',
  'run/{backup,damaged-state,kill,killed-ingest,resume}',
  'state/*',
  'trust/{crash-while-deleting,garbage,repairs,restored-older,torn}',
].map((name) => `test/${name}.slow.test.ts`);

/** Files that put something in the place of modules, which a process that has read them for other files would not see. */
const ALONE = ['test/run/trace-row.slow.test.ts'];

/** The fast ones fill what is left of the processors. A process is for one project: so the files of each are together. */
const PROJECTS = ['slow on disk', 'slow', 'slow alone', 'fast'];

/** By project, and in each the longest files first of all. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const known = LONGEST.indexOf(join(moduleId));
      return known === -1 ? LONGEST.length : known;
    };
    const turn = ({ project }: TestSpecification) => PROJECTS.indexOf(project.name);
    return (await super.sort(files)).sort((a, b) => turn(a) - turn(b) || place(a) - place(b));
  }
}

const environmentIn = (temporary: string) => ({
  // What tests start, they start many times.
  NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/statistic-harness/compiled'),
  ...{ TMPDIR: temporary, TMP: temporary, TEMP: temporary },
});

const common = {
  pool: 'forks',
  // One more than there are processors: some tests wait, for a time limit or for a process that they started.
  maxWorkers: availableParallelism() + 1,
  testTimeout: 120_000,
  // A hook may make a whole run, on a machine that does much else.
  hookTimeout: 400_000,
  // One process for many files: to import what they share takes longer than many of them do.
  isolate: false,
  globalSetup: 'test/temporary-folder.ts',
  env: environmentIn(folderOfTests()),
} as const;

// `*.test.ts` is fast and belongs to `npm run check`; `*.slow.test.ts` drives whole runs and belongs to `npm test`.
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...common,
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.slow.test.ts'],
          env: environmentIn(folderOnDisk()),
        },
      },
      {
        test: {
          ...common,
          name: 'slow',
          include: ['test/**/*.slow.test.ts'],
          exclude: [...ON_DISK, ...ALONE],
        },
      },
      { test: { ...common, name: 'slow alone', include: ALONE, isolate: true } },
      {
        test: {
          ...common,
          name: 'slow on disk',
          include: ON_DISK,
          env: environmentIn(folderOnDisk()),
        },
      },
    ],
  },
});
