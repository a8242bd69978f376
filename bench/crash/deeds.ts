import { cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appPaths, systemClock } from '../../src/base/index.ts';
import {
  type App,
  applyRetention,
  backUpState,
  collectGarbage,
  deleteDataset,
  deleteRun,
  ingestFile,
  pinRun,
  restoreBackup,
  undeleteRun,
  withApp,
} from '../../src/engine/index.ts';
import { connect } from '../../src/state/database.ts';
import { MIGRATIONS } from '../../src/state/migrations/index.ts';
import { migrateState } from '../../src/state/open-state.ts';
import { commandLine, finishHere, runHere, writeTable } from '../../test/crash/scenario.ts';
import { kill } from './kill.ts';

/** What all deeds begin with. */
export interface World {
  /** The table that is analysed, and another that fits behind it. */
  readonly table: string;
  readonly second: string;
  /** An appdata with one finished run of the table, and a backup. */
  readonly made: string;
  readonly run: string;
}

/** Something that is killed: a command, what it finds, and how the same is done again by whoever comes next. */
export interface Deed {
  readonly name: string;
  /** How many of a hundred kills are its. */
  readonly share: number;
  prepare(world: World, appdata: string): Promise<void>;
  args(world: World, appdata: string): readonly string[];
  again(world: World, appdata: string): Promise<unknown>;
}

/** Makes what all deeds begin with. */
export async function makeWorld(folder: string): Promise<World> {
  const table = writeTable(folder);
  const second = join(folder, 'second.csv');
  writeFileSync(second, 'id,amount,kind\n900,1.5,x\n901,2.5,y\n');
  const made = join(folder, 'made');
  const run = await withApp({ appdata: made }, async (app) => {
    const { run_id } = await runHere(app, table, `${made}-out`);
    await backUpState(app, { keep: 10 });
    return run_id;
  });
  return { table, second, made, run };
}

const quiet = { onProgress: () => undefined };
const outOf = (appdata: string): string => `${appdata}-out`;

const copy = async ({ made }: World, appdata: string): Promise<void> => {
  cpSync(made, appdata, { recursive: true });
};

/** The prepared appdata, and something done in it. */
const copyAnd =
  (use: (app: App, world: World) => Promise<unknown>) =>
  async (world: World, appdata: string): Promise<void> => {
    await copy(world, appdata);
    await withApp({ appdata }, (app) => use(app, world));
  };

const inApp =
  (use: (app: App, world: World) => Promise<unknown>) =>
  (world: World, appdata: string): Promise<unknown> =>
    withApp({ appdata }, (app) => use(app, world));

/** Ends with the run in the trash or out of it, whatever was done before. */
const unless = (deleted: boolean, act: (app: App, id: string) => Promise<unknown>) =>
  inApp(async (app, { run }) => {
    const found = app.state.runs.find(run, { deleted: true });
    if ((found.deleted_at !== null) !== deleted) await act(app, run);
  });

const purging = { grace_days: 0, cache_bytes: 1000 };
const retaining = (appdata: string) => ({ keep: 1, grace_days: 0, pack_first: packsOf(appdata) });
const packsOf = (appdata: string): string => `${appdata}-packs`;

export const DEEDS: readonly Deed[] = [
  {
    name: 'run',
    share: 25,
    prepare: async (_world, appdata) => void mkdirSync(appdata, { recursive: true }),
    args: ({ table }, appdata) => commandLine(table, appdata, outOf(appdata)),
    again: inApp(goOn),
  },
  {
    name: 'runs resume',
    share: 18,
    prepare: async ({ table }, appdata) => {
      const half = { point: 'execution.kept', nth: 1 };
      if (!(await kill(commandLine(table, appdata, outOf(appdata)), half)))
        throw new Error('no run was left half-way');
    },
    args: (_world, appdata) => ['runs', 'resume', '--quiet', '--appdata', appdata],
    again: inApp(goOn),
  },
  {
    name: 'ingest --append',
    share: 12,
    prepare: copy,
    args: ({ second }, appdata) => [
      ...['ingest', second, '--dataset', 'small', '--append'],
      ...['--quiet', '--appdata', appdata],
    ],
    again: inApp(async (app, { second }) => {
      if (app.state.versions.list('small').length > 1) return;
      await ingestFile(app, { ...quiet, files: [second], flags: { dataset: 'small', append: true } });
    }),
  },
  {
    name: 'backup',
    share: 6,
    prepare: copy,
    args: (_world, appdata) => ['backup', '--appdata', appdata],
    again: inApp((app) => backUpState(app, { keep: 10 })),
  },
  {
    name: 'restore',
    share: 9,
    // What the backup does not know of is gone afterwards.
    prepare: copyAnd((app, { run }) => pinRun(app, run, { withData: false })),
    args: (_world, appdata) => ['restore', 'latest', '--appdata', appdata],
    again: (_world, appdata) => restoreBackup({ appdata, backup: 'latest' }),
  },
  {
    name: 'runs delete',
    share: 6,
    prepare: copy,
    args: ({ run }, appdata) => ['runs', 'delete', run, '--appdata', appdata],
    again: unless(true, deleteRun),
  },
  {
    name: 'runs undelete',
    share: 4,
    prepare: copyAnd((app, { run }) => deleteRun(app, run)),
    args: ({ run }, appdata) => ['runs', 'undelete', run, '--appdata', appdata],
    again: unless(false, undeleteRun),
  },
  {
    name: 'gc that purges',
    share: 7,
    prepare: copyAnd(async (app, { run }) => {
      await deleteRun(app, run);
      await deleteDataset(app, 'small');
    }),
    args: (_world, appdata) => [
      ...['gc', '--grace-days', '0', '--max-cache', '1KB'],
      ...['--appdata', appdata],
    ],
    again: inApp((app) => collectGarbage(app, { dryRun: false, flags: purging })),
  },
  {
    name: 'retention',
    share: 7,
    prepare: copyAnd((app, { table }) => runHere(app, table, outOf(app.paths.root))),
    args: (_world, appdata) => [
      ...['retention', '--keep', '1', '--grace-days', '0', '--pack-first', packsOf(appdata)],
      ...['--appdata', appdata],
    ],
    again: (_world, appdata) =>
      withApp({ appdata }, (app) => applyRetention(app, { dryRun: false, flags: retaining(appdata) })),
  },
  {
    name: 'migration',
    share: 6,
    prepare: async (world, appdata) => {
      await copy(world, appdata);
      const paths = appPaths(appdata);
      const database = connect(paths.state);
      migrateState(database, paths, systemClock, MIGRATIONS, BEFORE_LATER_STEPS);
      database.close();
    },
    args: (_world, appdata) => ['runs', 'list', '--appdata', appdata],
    again: inApp(async () => undefined),
  },
];

/** Forward from here are steps that change tables with rows, and none that makes rows which the way back had dropped. */
const BEFORE_LATER_STEPS = 2;

/** Resumes what was left unfinished; does nothing where the run was finished. */
async function goOn(app: App, { table }: World): Promise<unknown> {
  const [newest] = app.state.runs.list({ limit: 1 });
  return newest?.status === 'COMPLETED' ? newest : finishHere(app, table, outOf(app.paths.root));
}

/** What a deed comes to, interrupted or not: what is stored and listed, under names that don't differ by chance. */
export function endOf({ state, paths }: App, { run }: World): string {
  const folders = ['blobs', 'parts', 'datasets', 'runs', 'trash', 'kept'].map((name) =>
    join(paths.root, name),
  );
  const stored = [...folders, packsOf(paths.root)].map((folder) =>
    namesBelow(folder).map((name) => name.replaceAll(run, 'RUN').replace(RANDOM, 'OTHER')),
  );
  const runs = [...state.runs.list(), ...state.runs.list({ deleted: true })];
  const listed = runs.map(({ run_id, status, pinned, deleted_at }) => [
    ...[run_id === run ? 'RUN' : 'OTHER', status, pinned, deleted_at !== null],
  ]);
  const entries = state.datasets.list().flatMap(({ name }) => state.versions.list(name));
  const datasets = entries.map(({ dataset_version_id, deleted_at }) => [dataset_version_id, deleted_at]);
  return JSON.stringify({ stored, listed, datasets });
}

/** The id of a run; hashes are longer. */
const RANDOM = /(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g;

/** All files but the logs of attempts that were broken off, which stay. */
function namesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile() && !name.includes('attempt-'))
    .sort();
}
