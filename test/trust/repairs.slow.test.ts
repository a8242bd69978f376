import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type AppPaths, appPaths, quoted } from '../../src/base/index.ts';
import { type Diagnosis, diagnose, openApp } from '../../src/engine/index.ts';
import { listBackups } from '../../src/state/index.ts';
import { armed } from '../crash/arming.ts';
import { filesBelow, start, temporaryFolder } from '../run/command.ts';
import { say } from '../run/say.ts';
import { finishedRun } from './finished-run.ts';

/** A run on a file whose name and appdata need quotes, read with options, and a backup; each test has a copy. */
const made = { folder: '', run: '', close: () => {} };
beforeAll(async () => {
  const finished = await finishedRun({
    ...{ plugins: ['profile_basic'], dataset: 'the orders', ingest: { types: { id: 'text' } } },
  });
  finished.app.state.backUp();
  finished.app.close();
  made.folder = dirname(finished.table);
  made.run = finished.summary.run_id;
});
afterAll(() => rmSync(made.folder, { recursive: true, force: true, maxRetries: 5 }));

function copied(): AppPaths {
  const folder = join(temporaryFolder(), 'my data');
  cpSync(made.folder, folder, { recursive: true });
  return appPaths(join(folder, 'appdata'));
}

/** Every file of uploads, parts and dataset versions. */
function storeOf({ root }: AppPaths): Record<string, string> {
  const names = filesBelow(root).filter((name) => /^(blobs|parts|datasets)/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(root, name), 'base64')]));
}

const doctor = (paths: AppPaths): Promise<Diagnosis> =>
  diagnose({ appdata: paths.root, full: true, onProgress: () => undefined });

/** The words of a command as a shell takes it apart. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return words.map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
}

/** Runs every command that a text holds, each to the end of its line. */
async function runCommands(text: string): Promise<number> {
  const lines = [...text.matchAll(/stat-harness (.*)$/gm)].map(([, line = '']) => line);
  for (const line of lines) {
    const said = await say(wordsOf(line));
    expect(said.code, `${line}\n${said.out}${said.err}`).toBe(0);
  }
  return lines.length;
}

function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8((bytes[bytes.length >> 1] ?? 0) ^ 1, bytes.length >> 1);
  rmSync(path);
  writeFileSync(path, bytes);
}

/** Writes over the header of the page in the middle: a byte of a page that is not full may be one that nothing reads. */
function spoilPage(path: string): void {
  const bytes = readFileSync(path);
  const page = (bytes.length >> 13) * 4096;
  writeFileSync(path, bytes.fill(0x5a, page, page + 64));
}

function inDatabase(paths: AppPaths, sql: string): void {
  const database = new DatabaseSync(paths.state, { enableForeignKeyConstraints: false });
  database.exec(`PRAGMA ignore_check_constraints = ON; ${sql}`);
  database.close();
}

const only = (folder: string, ...names: string[]): string =>
  join(folder, readdirSync(folder)[0] ?? '', ...names);
const partOf = ({ root }: AppPaths, name: string) => only(join(root, 'parts'), name);
const versionOf = ({ root }: AppPaths, name: string) => only(join(root, 'datasets'), name);
const blobOf = ({ root }: AppPaths) => only(only(join(root, 'blobs', 'sha256')));

const DAMAGES: readonly [what: string, damage: (paths: AppPaths) => void][] = [
  ['an upload that has changed', (paths) => flip(blobOf(paths))],
  ['an upload that is gone', (paths) => rmSync(blobOf(paths))],
  ['a table that has changed', (paths) => flip(partOf(paths, 'part.parquet'))],
  ['the document of a part that has changed', (paths) => flip(partOf(paths, 'part.json'))],
  ['the ingest report of a part that has changed', (paths) => flip(partOf(paths, 'ingest_report.json'))],
  ['a part that is gone', ({ root }) => rmSync(join(root, 'parts'), { recursive: true })],
  ['the list of parts that has changed', (paths) => flip(versionOf(paths, 'parts.json'))],
  ['the schema of a version that has changed', (paths) => flip(versionOf(paths, 'schema.json'))],
  ['a dataset version that is gone', ({ root }) => rmSync(join(root, 'datasets'), { recursive: true })],
  ['a file of a run that has changed', (paths) => flip(join(paths.run(made.run), 'report.md'))],
  ['a manifest that has changed', (paths) => flip(join(paths.run(made.run), 'run_manifest.json'))],
  ['a file of a run that is gone', (paths) => rmSync(join(paths.run(made.run), 'report.json'))],
  ['a folder of a run that is gone', (paths) => rmSync(paths.run(made.run), { recursive: true })],
  [
    'a folder of a run that was set aside',
    (paths) => {
      mkdirSync(dirname(paths.setAside(made.run)));
      renameSync(paths.run(made.run), paths.setAside(made.run));
    },
  ],
  ['a value in the database', (paths) => inDatabase(paths, 'UPDATE runs SET findings = 99')],
  ['the chain', (paths) => inDatabase(paths, 'UPDATE manifest_chain SET ordinal = 7')],
  ['the database', (paths) => spoilPage(paths.state)],
  ['a backup', (paths) => flip(listBackups(paths)[0]?.path ?? '')],
];

describe('what doctor prints', () => {
  test.each(DAMAGES)('runs as it is printed, and then nothing is damaged: %s', async (_what, damage) => {
    const paths = copied();
    damage(paths);
    const { damages } = await doctor(paths);
    expect(damages.length).toBeGreaterThan(0);
    for (const repair of new Set(damages.map((one) => one.repair))) {
      expect(repair).not.toMatch(/stat-harness [^\n]*\b(FILE|RUN)\b/);
      expect(await runCommands(repair)).toBeGreaterThan(0);
    }
    const after = await doctor(paths);
    expect(after.damages).toEqual([]);
    expect(after.ok).toBe(true);
    expect(storeOf(paths)).toEqual(storeOf(appPaths(join(made.folder, 'appdata'))));
  });
});

test('a damaged run that was taken out of the list comes back when it is whole again', async () => {
  const paths = copied();
  const report = join(paths.run(made.run), 'report.md');
  const text = readFileSync(report);
  appendFileSync(report, ' ');
  const apart = ['runs', 'delete', '--apart', made.run, '--appdata', paths.root];
  expect(await say(apart)).toMatchObject({ code: 0, out: expect.stringContaining('is set aside') });
  expect((await say(['runs', 'list', '--json', '--appdata', paths.root])).out).toBe('[]\n');
  writeFileSync(join(paths.setAside(made.run), basename(report)), text);
  expect((await say(['runs', 'adopt', made.run, '--appdata', paths.root])).code).toBe(0);
  expect((await say(['verify', made.run, '--quiet', '--appdata', paths.root])).code).toBe(0);
  expect(await doctor(paths)).toMatchObject({ ok: true, damages: [], warnings: [] });
});

test('FND-01 whatever taking a run back had done when it was killed: the run is listed or can be taken back still', async () => {
  const paths = copied();
  const words = (root: string, ...command: string[]) => [...command, made.run, '--appdata', root];
  const about = (root: string, ...command: string[]) => say(words(root, ...command));
  expect((await about(paths.root, 'runs', 'delete', '--apart')).code).toBe(0);
  const folder = temporaryFolder();
  const { environment, nodeArguments } = armed({ snapshots: { of: paths.root, folder } });
  const taken = await start(words(paths.root, 'runs', 'adopt'), environment, nodeArguments).ended;
  expect(taken.code, taken.err).toBe(0);
  const left = readdirSync(folder).filter((name) => name !== 'index.txt');
  expect(left.length).toBeGreaterThan(1);
  for (const root of left.map((name) => join(folder, name))) {
    if (!existsSync(appPaths(root).run(made.run)))
      expect((await about(root, 'runs', 'adopt')).code, root).toBe(0);
    expect((await about(root, 'verify', '--quiet')).code, root).toBe(0);
    expect(await doctor(appPaths(root)), root).toMatchObject({ ok: true, damages: [], warnings: [] });
  }
});

test('the commands in hints work on the appdata that was named', async () => {
  const { root } = copied();
  const unknown = await say(['runs', 'show', 'abc', '--json', '--appdata', root]);
  const { hint } = (JSON.parse(unknown.out) as { error: { hint: string } }).error;
  expect(hint).toContain(`stat-harness runs list --appdata "${root}"`);
  expect(unknown.err).toContain(hint);
  vi.stubEnv('STAT_HARNESS_APPDATA', root);
  expect((await say(['runs', 'show', 'abc'])).err).toContain('with "stat-harness runs list"');
  vi.unstubAllEnvs();
  const plain = await say(['runs', 'show', 'abc', `--appdata=${made.folder}/appdata`]);
  expect(plain.err).toContain(`with "stat-harness runs list --appdata ${join(made.folder, 'appdata')}"`);
});

test('what is wrong with the words of a command comes with the command that explains it', async () => {
  const missing = await say(['runs', 'pin', '--json']);
  expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('"stat-harness runs pin --help"') });
  expect(JSON.parse(missing.out)).toMatchObject({
    error: { code: 'SH_USAGE_INVALID', hint: expect.stringContaining('runs pin --help') },
  });
  expect((await say(['nonsense'])).err).toContain('"stat-harness --help"');
  expect((await say(['runs'])).err).not.toContain('hint:');
});

test('a database that is not there is told as that, and one thing as one', async () => {
  const paths = copied();
  rmSync(paths.state);
  const said = await say(['doctor', '--quiet', '--appdata', paths.root]);
  expect(said.out).toContain(`The state database is gone: ${paths.state}`);
  expect(said.out).toContain('DAMAGED: one thing');
  const refused = await say(['runs', 'list', '--appdata', paths.root]);
  expect(refused.err).toContain('can not be used: it is missing, but the appdata holds runs');
  expect(refused.err).toContain("\nEvery run's folder is kept.");
  expect(refused.err).not.toContain('damaged file');
});

test('a backup from a clock that was set back since has no age rather than a negative one', async () => {
  const paths = copied();
  const [backup] = listBackups(paths);
  const later = 'state-2199-01-01T00-00-00-000Z.sqlite';
  rmSync(`${backup?.path}.sha256`);
  renameSync(backup?.path ?? '', join(paths.backups, later));
  expect((await doctor(paths)).newest_backup).toMatchObject({ age_hours: null });
  const said = await say(['doctor', '--quiet', '--appdata', paths.root]);
  expect(said.out).toContain('2199-01-01T00:00:00.000Z (by a clock that was set back since)');
});

test('a word is quoted as the shell of each platform takes it', () => {
  expect(quoted('/a/b.csv', 'linux')).toBe('/a/b.csv');
  expect(quoted('a b', 'linux')).toBe('"a b"');
  expect(quoted("it's $5", 'linux')).toBe("'it'\\''s $5'");
  expect(quoted('C:\\a\\b', 'win32')).toBe('C:\\a\\b');
  expect(quoted('C:\\a b', 'win32')).toBe('"C:\\a b"');
});

test('restore names what helps on the appdata that was named', async () => {
  const paths = copied();
  const app = await openApp({ appdata: paths.root });
  const empty = app.state.backUp();
  app.close();
  rmSync(paths.run(made.run), { recursive: true });
  const said = await say(['restore', empty, '--appdata', paths.root]);
  expect(said.out).toContain(`what can be done: stat-harness doctor --appdata "${paths.root}"`);
});
