import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HarnessError, sha256 } from '../../src/base/index.ts';
import type { RunManifest } from '../../src/contract/index.ts';
import { checkRun } from '../../src/engine/check-run.ts';
import { damageText, listArtifacts, replayRun, saveArtifact } from '../../src/engine/index.ts';
import { command, filesBelow, readJson, temporaryFolder } from '../run/command.ts';
import { say } from '../run/say.ts';
import { type FinishedRun, finishedRun, openDatabase, run, withFlippedByte } from './finished-run.ts';

let made: FinishedRun;

beforeAll(async () => {
  made = await finishedRun();
  // A second one, so that the chain has two links and executions were taken over.
  await run(made.app, made.table);
});
afterAll(() => made.close());

const manifest = (): RunManifest => readJson<RunManifest>(made.summary.manifest_path);

/** What is damaged in any run, as sentences; an integrity error may come out instead. */
async function damages(): Promise<string[]> {
  return damagesOf(made.app.state.runs.list().map((found) => found.run_id));
}

/** The same for some runs, by id, and perhaps without what they were made of. */
async function damagesOf(ids: readonly string[], inputs = true): Promise<string[]> {
  try {
    const runs = ids.flatMap((id) => made.app.state.runs.get(id) ?? []);
    const checks = await Promise.all(runs.map((found) => checkRun(made.app, found, { inputs })));
    return [...new Set(checks.flatMap((checked) => checked.damages.map(damageText)))];
  } catch (error) {
    if (error instanceof HarnessError && error.exitCode === 4) return [error.message];
    throw error;
  }
}

test('a run as it was made is whole, and so is the one after it', async () => {
  expect(made.app.state.runs.list().map((found) => found.plugins_reused)).toEqual([3, 0]);
  expect(await damages()).toEqual([]);
});

test('META-04 the manifest names every file in the folder of a run but itself, logs and journal included', () => {
  const files = filesBelow(made.summary.run_dir).map((name) => name.replaceAll('\\', '/'));
  const named = manifest().artifacts.map(({ path }) => path);
  expect([...named, 'run_manifest.json'].sort()).toEqual(files);
  expect(named).toContain('journal.json');
  expect(named).toContain('run.log');
  expect(named.some((path) => path.startsWith('artifacts/analysis_dependence/'))).toBe(true);
});

test('one flipped bit in any file of a run, in its upload or in its parts is found, and the file is named', async () => {
  const { app, summary } = made;
  const inRun = filesBelow(summary.run_dir).map((name) => join(summary.run_dir, name));
  const inputs = manifest().inputs.flatMap(({ upload_sha256, part_id }) => {
    const part = app.paths.part(part_id);
    return [app.paths.blob(upload_sha256), ...filesBelow(part).map((name) => join(part, name))];
  });
  const files = [...inRun, ...inputs].filter((path) => statSync(path).size > 0);
  expect(files.length).toBeGreaterThan(14);
  for (const path of files) {
    const found = await withFlippedByte(path, damages);
    expect(found.length, path).toBe(1);
    expect(found[0], path).toContain(path);
  }
  expect(await damages()).toEqual([]);
});

test('EXEC-05 replay shows nothing of a run with a damaged artifact: exit code 4, the file named; whole, it executes nothing', async () => {
  const { app, summary } = made;
  const [artifact] = readdirSync(join(summary.run_dir, 'artifacts', 'analysis_dependence'));
  const path = join(summary.run_dir, 'artifacts', 'analysis_dependence', artifact ?? '');
  const common = [summary.run_id, '--appdata', app.paths.root];
  const refused = await withFlippedByte(path, () => command(['replay', '--report', ...common]));
  expect(refused.code).toBe(4);
  expect(refused.out).toBe('');
  expect(refused.err).toContain(path);
  expect(refused.err).toContain(`touches: run ${summary.run_id}`);
  const told = await withFlippedByte(path, () => command(['replay', ...common]));
  expect(told.code).toBe(4);
  expect(told.out).toContain('NOT AS RECORDED, so nothing is shown');
  expect(told.out).toContain(path);
  expect(told.out).not.toContain('COMPLETED');
  const before = app.state.events.byCorrelation(summary.run_id).length;
  const shown = await command(['replay', ...common]);
  expect(shown.code, shown.err).toBe(0);
  expect(shown.out).toContain('as recorded; nothing was executed');
  expect(shown.out).toContain(join(summary.run_dir, 'report.html'));
  expect(shown.out).not.toContain('# Findings in');
  expect((await command(['replay', '--report', ...common])).out).toContain('# Findings in');
  expect(app.state.events.byCorrelation(summary.run_id)).toHaveLength(before);
  const { replay } = await replayRun(app, summary.run_id);
  // What the run took by a clock that nobody sets is not stored.
  expect(replay.run).toEqual({ ...summary, duration_ms: expect.any(Number) });
});

test('META-04 each file of a run is shown with path, hash, size, type and producer, and copied only once it is as recorded', async () => {
  const { app, summary } = made;
  const { ok, artifacts } = await listArtifacts(app, summary.run_id);
  expect(ok).toBe(true);
  expect(artifacts.map(({ path }) => path)).toEqual(manifest().artifacts.map(({ path }) => path));
  for (const { sha256: hash, bytes, media_type, producer, damage } of artifacts)
    expect([hash, bytes, media_type, producer, damage]).not.toContain(undefined);
  const folder = temporaryFolder();
  const request = { artifact: 'report.md', folder, overwrite: false };
  const saved = await saveArtifact(app, summary.run_id, request);
  const hash = saved.artifact.sha256.slice(7, 15);
  expect(basename(saved.path)).toBe(`report-${summary.run_id.slice(0, 8)}-${hash}.md`);
  expect(sha256(readFileSync(saved.path))).toBe(saved.artifact.sha256);
  await expect(saveArtifact(app, summary.run_id, request)).rejects.toMatchObject({
    code: 'SH_OUT_FILE_EXISTS',
  });
  const damaged = join(summary.run_dir, 'report.md');
  await withFlippedByte(damaged, async () => {
    const found = await listArtifacts(app, summary.run_id);
    expect(found.artifacts.filter(({ damage }) => damage !== null).map(({ path }) => path)).toEqual([
      'report.md',
    ]);
    const again = saveArtifact(app, summary.run_id, { ...request, overwrite: true });
    await expect(again).rejects.toMatchObject({ code: 'SH_INTEGRITY_MISMATCH', exitCode: 4 });
  });
});

test('verify ends with exit code 4 and a JSON document that names what, where, what it touches and the repair', async () => {
  const path = join(made.summary.run_dir, 'run.log');
  const args = ['verify', made.summary.run_id, '--json', '--appdata', made.app.paths.root];
  const ended = await withFlippedByte(path, () => command(args));
  expect(ended.code).toBe(4);
  const document = JSON.parse(ended.out) as { damages: object[] };
  expect(document).toMatchObject({ ok: false, files: { failed: 1 } });
  expect(document.damages).toEqual([
    {
      kind: 'file',
      what: 'The file',
      path,
      expected: expect.stringContaining('sha256:'),
      found: expect.stringContaining('sha256:'),
      touches: [`run ${made.summary.run_id}`, 'dataset deliveries'],
      repair: expect.stringContaining('stat-harness run'),
    },
  ]);
});

test('a file too many, one too few, a longer one, and a link in the place of one are found', async () => {
  const { run_dir } = made.summary;
  const extra = join(run_dir, 'results', 'extra.json');
  await writeFile(extra, '{}');
  expect(await damages()).toEqual([
    `The file is not recorded anywhere: ${extra} (it is not in the manifest)`,
  ]);
  await unlink(extra);
  const file = join(run_dir, 'report.html');
  const aside = join(made.app.paths.temporary, 'aside');
  await rename(file, aside);
  expect(await damages()).toEqual([`The file is gone: ${file}`]);
  if (process.platform !== 'win32') {
    await symlink(aside, file);
    expect(await damages()).toEqual([expect.stringContaining('something that is no plain file')]);
    await unlink(file);
  }
  await rename(aside, file);
  expect(await damages()).toEqual([]);
});

/** Stored values that no command shows, or that another check covers; everything else must be found. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  'executions.id': 'a random key',
  'events.id': 'orders the events',
};
const OF_THE_RUN = `run_id = '$run'`;
const TABLES: Readonly<Record<string, string>> = {
  runs: OF_THE_RUN,
  executions: OF_THE_RUN,
  artifacts: OF_THE_RUN,
  manifest_chain: OF_THE_RUN,
  events: `correlation_id = '$run'`,
  lineage_entities: `run_id = '$run' OR run_id IS NULL`,
  lineage_edges: `from_id LIKE '%$run%' OR to_id LIKE '%$run%'`,
  uploads: 'true',
  blobs: 'true',
  parts: 'true',
  dataset_versions: 'true',
};

/** A value that is none of those that the program would write there, but of the same type. */
function changed(value: unknown): string | number {
  if (typeof value === 'number') return value === 1 ? 0 : value + 1;
  if (value === null) return 'was null';
  const text = String(value);
  // In JSON the last letter or digit is changed, so that it stays JSON.
  const at = text.startsWith('{"') ? text.search(/\w\W*$/) : text.length >> 1;
  return `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`;
}

/** Tables about what runs were made of, which runs share. */
const OF_INPUTS = ['uploads', 'blobs', 'parts', 'dataset_versions'];

type Row = Readonly<Record<string, SQLOutputValue>>;

/** The damages that are found while one value of one row is another. */
async function whileChanged(
  database: DatabaseSync,
  table: string,
  row: Row,
  column: string,
): Promise<string[]> {
  const key = Object.keys(row);
  const value = changed(row[column]);
  const set = (to: SQLInputValue, from: Row): void => {
    const where = key.map((name) => `${name} IS ?`).join(' AND ');
    const { changes } = database
      .prepare(`UPDATE ${table} SET ${column} = ? WHERE ${where}`)
      .run(to, ...key.map((name) => from[name] ?? null));
    expect(Number(changes), `${table}.${column}`).toBe(1);
  };
  set(value, row);
  try {
    const found = OF_INPUTS.includes(table) ? [] : await damagesOf([made.summary.run_id], false);
    return found.length > 0 ? found : await damages();
  } finally {
    set(row[column] ?? null, { ...row, [column]: value });
  }
}

test('each stored value of a run that is ever shown, changed in the database, is found and named', async () => {
  const database = openDatabase(made.app);
  const missed: string[] = [];
  let tried = 0;
  for (const [table, where] of Object.entries(TABLES)) {
    const condition = where.replaceAll('$run', made.summary.run_id);
    const rows = database.prepare(`SELECT * FROM ${table} WHERE ${condition}`).all() as Row[];
    expect(rows.length, table).toBeGreaterThan(0);
    for (const row of rows.length > 2 ? [...rows.slice(0, 1), ...rows.slice(-1)] : rows) {
      for (const column of Object.keys(row)) {
        if (NOT_SHOWN[`${table}.${column}`] !== undefined) continue;
        tried += 1;
        const found = await whileChanged(database, table, row, column);
        if (!found.some((sentence) => /^The (record|chain)|state database/.test(sentence))) {
          missed.push(`${table}.${column} ${String(row[column]).slice(0, 60)}: ${JSON.stringify(found)}`);
        }
      }
    }
  }
  database.close();
  expect(missed).toEqual([]);
  expect(tried).toBeGreaterThan(90);
  expect(await damages()).toEqual([]);
});

test.each([
  ['runs', 'deleted_at', '2020-01-01T00:00:00.000Z'],
  ['runs', 'pinned', 'data'],
  ['parts', 'expired_at', '2020-01-01T00:00:00.000Z'],
  ['blobs', 'expired_at', '2020-01-01T00:00:00.000Z'],
])(
  '%s.%s that nobody but another program has set is damage: nothing is shown by its word, moved or removed',
  async (table, column, value) => {
    const { app, summary } = made;
    const database = openDatabase(app);
    const set = (to: string | null): void =>
      void database.prepare(`UPDATE ${table} SET ${column} = ?`).run(to);
    set(value);
    try {
      const commands = [
        ['verify', summary.run_id],
        ['replay', summary.run_id],
        ['doctor', '--full'],
        ['gc', '--grace-days', '0'],
        ['retention', '--keep', '1', '--grace-days', '0'],
      ];
      for (const args of commands) {
        const said = await say([...args, '--appdata', app.paths.root]);
        expect(said.code, args.join(' ')).toBe(4);
        expect(said.out + said.err, args.join(' ')).toContain(column);
      }
      expect(existsSync(summary.run_dir)).toBe(true);
    } finally {
      set(null);
      database.close();
    }
    expect(await damages()).toEqual([]);
  },
);

test('META-07b the labels of what runs share are shown from the trace of the run, whatever the database says', async () => {
  const { app, summary } = made;
  const shown = async () => {
    const said = await Promise.all(
      ['back', 'forth'].map((way) =>
        say(['runs', 'trace', summary.run_id, '--direction', way, '--json', '--appdata', app.paths.root]),
      ),
    );
    for (const { code, err } of said) expect(code, err).toBe(0);
    return said.map(({ out }) => out);
  };
  const before = await shown();
  expect(before.join()).toContain('upload of part 1');
  const database = openDatabase(app);
  const relabel = (from: string, to: string): void =>
    void database
      .prepare('UPDATE lineage_entities SET label = replace(label, ?, ?) WHERE run_id IS NULL')
      .run(from, to);
  relabel('part 1', 'part 3');
  expect(await shown()).toEqual(before);
  relabel('part 3', 'part 1');
  database.close();
});
