import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openApp, withApp } from '../../src/engine/index.ts';
import { filesBelow, folderOfFile, root, start } from '../run/command.ts';
import { arm, armed, disarm, type Effect, killedAt } from './arming.ts';
import {
  commandLine,
  contentHashes,
  countPassages,
  finishHere,
  problemsAfterCrash,
  runHere,
  writeTable,
} from './scenario.ts';

/** Every name of a fail point in the sources. */
function failPoints(): string[] {
  const source = join(root, 'src');
  const texts = filesBelow(source).map((path) => readFileSync(join(source, path), 'utf8'));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/failPoint\(\s*'([^']+)'/g)].map(([, name]) => name ?? ''),
  );
  return [...new Set(names)].sort();
}

const passed = new Set<string>();

/** The appdata as it was when a fail point was passed; where nothing had changed, several have the same. */
interface Snapshot {
  readonly name: string;
  readonly path: string;
}

const pathsOf = (taken: readonly Snapshot[]): string[] => [...new Set(taken.map(({ path }) => path))];

/** The first snapshot of each name. */
function firstOfEach(taken: readonly Snapshot[]): ReadonlyMap<string, string> {
  return new Map(taken.toReversed().map(({ name, path }) => [name, path]));
}

/** Starts the command line with a snapshot taken at each fail point; the process is gone when this returns. */
async function snapshots(
  args: readonly string[],
  appdata: string,
  folder: string,
  code = 0,
): Promise<Snapshot[]> {
  mkdirSync(folder, { recursive: true });
  const { environment, nodeArguments } = armed({ snapshots: { of: appdata, folder } });
  const ended = await start(args, environment, nodeArguments).ended;
  expect(ended.code, ended.err).toBe(code);
  for (const { name } of readIndex(folder)) passed.add(name);
  return readIndex(folder);
}

function readIndex(folder: string): Snapshot[] {
  const lines = readFileSync(join(folder, 'index.txt'), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const space = line.indexOf(' ');
    return { name: line.slice(0, space), path: line.slice(space + 1) };
  });
}

let reference: Record<string, string>;
let file: string;
let aborted: string;

// What they do is a minute of work; a loaded machine takes many times that.
describe('a crash at every fail point', { timeout: 900_000 }, () => {
  const folder = folderOfFile('crash');
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    file = writeTable(folder);
    return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  test('FND-01 FND-02 EXEC-08 whatever a run had written when it was killed: all is whole, and resumed or run again it comes to the reference bytes', async () => {
    const appdata = join(folder, 'appdata');
    mkdirSync(appdata);
    const taken = await snapshots(
      commandLine(file, appdata, join(folder, 'out')),
      appdata,
      join(folder, 'run'),
    );
    const paths = pathsOf(taken);
    expect(paths.length).toBeGreaterThan(60);
    const [run] = readdirSync(join(appdata, 'runs'));
    reference = await contentHashes(join(appdata, 'runs', run ?? ''));
    expect(Object.keys(reference)).toContain('artifacts/counts_rows/rows.txt');
    expect(await contentHashes(join(folder, 'out'))).toMatchObject({
      'report.json': reference['report.json'],
    });

    // Half-way through the executions: what a resumption starts from in the next test.
    const firsts = firstOfEach(taken);
    const half = firsts.get('execution.kept') ?? '';
    aborted = join(folder, 'half-way');
    cpSync(half, aborted, { recursive: true });

    for (const path of paths) expect(await problemsAfterCrash(path), path).toEqual([]);
    for (const path of new Set(firsts.values())) {
      const app = await openApp({ appdata: path });
      const done = await finishHere(app, file, join(folder, 'out'));
      app.close();
      expect(await contentHashes(done.run_dir), path).toEqual(reference);
      expect(await problemsAfterCrash(path), `${path}, finished`).toEqual([]);
    }
  });

  test.skipIf(process.platform === 'win32')(
    'FND-02 a run that was killed while it copied its report into a folder left nothing there that could be taken for a file of it, and the next one removes it',
    async () => {
      const [appdata, out] = [join(folder, 'copying'), join(folder, 'copying-out')];
      const line = commandLine(file, appdata, out);
      const { environment, nodeArguments } = killedAt('file.written', REPORT_FILES.length, out);
      expect(await start(line, environment, nodeArguments).ended).toMatchObject({ signal: 'SIGKILL' });
      const names = readdirSync(out);
      expect(names).toHaveLength(REPORT_FILES.length);
      const [temporary = '', ...others] = names.filter((name) => !REPORT_FILES.includes(name));
      expect(others).toEqual([]);
      expect(temporary).toMatch(/^run_manifest\.json\.[0-9a-f]{12}-\d+\.[0-9a-f]+\.tmp$/);
      expect((await start(line).ended).code).toBe(0);
      expect(readdirSync(out).sort()).toEqual(['artifacts', ...REPORT_FILES]);
    },
  );

  test('FND-01 EXEC-08 a crash while a run is taken back, and while it is resumed, is survived as well', async () => {
    const taken = await snapshots(
      ['runs', 'resume', '--quiet', '--appdata', aborted],
      aborted,
      join(folder, 'resumption'),
    );
    for (const path of pathsOf(taken)) expect(await problemsAfterCrash(path), path).toEqual([]);
    const firsts = firstOfEach(taken);
    for (const name of ['run.stripped', 'attempt.moving', 'journal.entered', 'run.renamed']) {
      const app = await openApp({ appdata: firsts.get(name) ?? '' });
      const { run_id, status } = app.state.runs.find('latest');
      // What was sealed is recorded at the next start; it is finished then.
      expect(status, name).toBe(name === 'run.renamed' ? 'COMPLETED' : 'ABORTED');
      if (status === 'ABORTED') await finishHere(app, file, join(folder, 'out'));
      expect(await contentHashes(app.paths.run(run_id)), name).toEqual(reference);
      app.close();
    }
  });

  test('FND-01 FND-05 a crash while the state is backed up and restored, while a run goes to the trash and comes back, and while it is purged, leaves all whole', async () => {
    const appdata = join(folder, 'maintained');
    cpSync(join(folder, 'appdata'), appdata, { recursive: true });
    const [run = ''] = readdirSync(join(appdata, 'runs'));
    const steps = [
      ['backup'],
      ['restore', 'latest'],
      ['runs', 'delete', run],
      ['runs', 'undelete', run],
      ['runs', 'delete', run],
      ['gc', '--grace-days', '0', '--max-cache', '1KB'],
    ];
    for (const [i, step] of steps.entries()) {
      const taken = await snapshots([...step, '--appdata', appdata], appdata, join(folder, `step-${i}`));
      for (const path of pathsOf(taken))
        expect(await problemsAfterCrash(path), `${step[1]}: ${path}`).toEqual([]);
    }
    expect(readdirSync(join(appdata, 'runs'))).toEqual([]);
  });

  // The one early in a run, the other late.
  test.each<[Effect, string, number]>([
    ['ENOSPC', 'SH_DISK_FULL', 0.1],
    ['EIO', 'SH_IO', 0.7],
  ])(
    'FND-02 %s at each kind of write ends the run with a clear error that names the file, nothing half-made stays, and the next one finishes it',
    async (effect, code, share) => {
      onTestFinished(disarm);
      const out = join(folder, 'out');
      const { counts: passages } = await countPassages(join(folder, effect, 'undisturbed'), file, out);
      for (const name of WRITES) {
        const appdata = join(folder, effect, name);
        const nth = Math.ceil(share * (passages.get(name) ?? 0));
        const counts = arm({ at: { name, nth, effect, times: 1 } });
        const failed = await withApp({ appdata }, (app) => runHere(app, file, out)).catch(
          (error: unknown) => error,
        );
        for (const each of counts.keys()) passed.add(each);
        disarm();
        expect(await problemsAfterCrash(appdata), name).toEqual([]);
        // What is only kept to save work is not worth a run.
        if (name === 'answer.appending') {
          expect(failed, name).toMatchObject({ status: 'COMPLETED' });
          continue;
        }
        expect(failed, name).toMatchObject({ code, exitCode: 2, message: expect.stringContaining(folder) });
        if (effect === 'ENOSPC') continue;
        const done = await withApp({ appdata }, (app) => finishHere(app, file, out));
        expect(await contentHashes(done.run_dir), name).toEqual(reference);
      }
    },
  );

  test('every fail point in the sources was passed: a name that no scenario passes protects nothing', () => {
    expect(failPoints().filter((name) => !passed.has(name) && !ELSEWHERE.has(name))).toEqual([]);
  });
});

const REPORT_FILES = ['report.html', 'report.json', 'report.md', 'run_manifest.json', 'trace.json'];

/** The fail points at which a write can fail, each tried. */
const WRITES = [
  'blob.receiving',
  'file.creating',
  'file.written',
  'file.syncing',
  'folder.syncing',
  'entry.renaming',
  'entry.copying',
  'log.appending',
  'answer.appending',
];

/** Passed, and died at, in tests of their own. */
const ELSEWHERE = new Map([
  ['run.set_aside', 'test/pipeline/recover.test.ts'],
  ['run.withdrawn', 'test/pipeline/recover.test.ts'],
  ...['backup.moving', 'backup.moved'].map((name): [string, string] => [
    name,
    'test/state/restore.slow.test.ts',
  ]),
  ...[
    ...['plugin.received', 'plugin.unpacked', 'plugin.placing', 'plugin.placed', 'plugin.recorded'],
    ...['plugin.leaving', 'plugin.left', 'plugin.forgotten'],
  ].map((name): [string, string] => [name, 'test/plugin-registry/crash.slow.test.ts']),
  ...['run.moving', 'run.moved', 'run.purged', 'data.expired', 'garbage.moved'].map(
    (name): [string, string] => [name, 'test/trust/crash-while-deleting.slow.test.ts'],
  ),
]);
