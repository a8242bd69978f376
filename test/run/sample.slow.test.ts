import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report, RunComparison, RunManifest, RunSummary } from '../../src/contract/index.ts';
import type { ListedRun, PlanSummary } from '../../src/engine/index.ts';
import { contentOf, example, filesBelow, readJson, run, temporaryFolder } from './command.ts';
import { say } from './say.ts';

const ROWS = 1200;
const PLUGINS = 'profile_quality,profile_roles,analysis_queue_delay_decomposition';
const SAMPLED = ['--kind', 'synthetic', '--plugins', PLUGINS, '--sample', '25%'];
/** Files that show no result: they tell when what happened, and hold hashes. */
const WITHOUT_RESULTS = ['events.json', 'journal.json'];

let appdata: string;
let table: string;
let summary: RunSummary;
let drawn: string;

/** The header and some records of the example. */
function excerpt(path: string, from: number, to: number): string {
  const [header = '', ...lines] = readFileSync(example, 'utf8').trimEnd().split('\n');
  writeFileSync(path, [header, ...lines.slice(from, to)].join('\n'));
  return path;
}

/** `run --json` in this process. */
async function runHere(file: string, ...args: readonly string[]): Promise<RunSummary> {
  const said = await inAppdata('run', file, '--json', '--quiet', ...args);
  expect(said.code, said.err).toBe(0);
  return JSON.parse(said.out) as RunSummary;
}

beforeAll(async () => {
  appdata = mkdtempSync(join(tmpdir(), 'stat-harness-sample-'));
  table = excerpt(join(appdata, 'log.csv'), 0, ROWS);
  summary = await runHere(table, ...SAMPLED, '--workers', '1');
  const { coverage } = summary;
  if (coverage.kind !== 'SAMPLED') throw new Error('it is not a sample');
  drawn = `method rows, fraction 0.25, seed ${coverage.seed}`;
  return () => rmSync(appdata, { recursive: true, force: true, maxRetries: 5 });
});

const inAppdata = (...args: readonly string[]) => say([...args, '--appdata', join(appdata, 'appdata')]);
const reportOf = ({ run_dir }: RunSummary) => readJson<Report>(join(run_dir, 'report.json'));
const kindsOf = (report: Report, plugin: string) =>
  report.findings.filter(({ plugin_id }) => plugin_id === plugin).map(({ kind }) => kind);
const notesOf = (report: Report, plugin: string) =>
  report.plugins.find(({ plugin_id }) => plugin_id === plugin)?.notes.join(' ');

describe('FND-08 a sampled run', () => {
  test('EXEC-03 has the same bytes with other workers, chunks and memory, computed anew', async () => {
    const args = [...SAMPLED, '--force', '--workers', '2', '--chunk-rows', '512', '--memory', '1GB'];
    const again = await run(table, join(appdata, 'appdata'), args);
    expect(again.run_fingerprint).toBe(summary.run_fingerprint);
    expect(contentOf(again)).toEqual(contentOf(summary));
  });

  test('says SAMPLED in every file that shows a result, with method, fraction and seed', () => {
    const files = filesBelow(summary.run_dir).filter((name) => !WITHOUT_RESULTS.includes(name));
    const without = (text: string) =>
      files.filter((name) => !readFileSync(join(summary.run_dir, name), 'utf8').includes(text));
    expect(without('SAMPLED')).toEqual(files.filter((name) => name.startsWith('logs')));
    const seed = drawn.replace(/.* /, '');
    expect(without(seed)).toEqual(files.filter((name) => name.startsWith('logs')));
    for (const name of ['report.md', 'report.html', 'trace.json', 'run.log'])
      expect(readFileSync(join(summary.run_dir, name), 'utf8')).toContain(drawn);
    const { coverage } = summary;
    expect(readJson<RunManifest>(summary.manifest_path).coverage).toEqual(coverage);
    const report = reportOf(summary);
    expect(report.coverage).toEqual(coverage);
    expect(report.findings.find(({ kind }) => kind === 'role_map')?.statement).toContain('The sample has');
    for (const finding of report.findings) {
      expect(finding.coverage).toEqual(coverage);
      expect(finding.statement).not.toContain('the table has');
      expect(finding.statement).not.toContain('The table has');
      expect(finding.limitations.join(' ')).toContain('Its numbers are those of the sample');
      expect(finding.title).toMatch(/ \(in the sample\)$/);
    }
    for (const chart of Object.values(report.charts).flat())
      expect(chart.title).toMatch(/ \(in the sample\)$/);
  });

  test('says so on the terminal: plan, summary, list, details, replay, export and the check of the pack', async () => {
    const pack = join(temporaryFolder(), 'pack.zip');
    const said = await Promise.all([
      inAppdata('run', table, ...SAMPLED, '--dry-run', '--quiet'),
      inAppdata('runs', 'list'),
      inAppdata('runs', 'show'),
      inAppdata('replay', 'latest'),
      inAppdata('export', 'latest', '--out', pack),
    ]);
    said.push(await inAppdata('run', table, ...SAMPLED, '--quiet'), await say(['verify', pack]));
    said.push(
      await inAppdata('verify', summary.run_id),
      await inAppdata('runs', 'watch', summary.run_id, '--quiet'),
    );
    for (const { out, code, err } of said) {
      expect(code, err).toBe(0);
      expect(out).toContain('SAMPLED');
      expect(out).toContain(drawn);
    }
    const packed = readFileSync(pack, 'latin1');
    for (const name of ['CITATION.cff', 'ro-crate-metadata.json'])
      expect(packed.slice(packed.indexOf(name))).toContain(`SAMPLED: ${summary.coverage.rows} of`);
  });

  test('is computed again from the data: every query and derivation is as recorded', async () => {
    const verified = await inAppdata('verify', summary.run_id, '--recompute', '--json');
    expect(verified.code, verified.out).toBe(0);
    expect(JSON.parse(verified.out)).toMatchObject({ ok: true, queries: { failed: 0, unavailable: 0 } });
  });

  test('claims nothing that only the whole table shows, and says what was left out', async () => {
    const full = await runHere(table, ...SAMPLED.slice(0, 4));
    const onlyOfWhole = [
      'key_candidate',
      'near_key',
      'sequence_gap',
      'missing_days',
      'time_gap',
      'missing_times',
    ];
    const found = kindsOf(reportOf(full), 'profile_quality');
    expect(found).toContain('key_candidate');
    const sample = reportOf(summary);
    const kinds = kindsOf(sample, 'profile_quality');
    expect(kinds.filter((kind) => [...onlyOfWhole, 'duplicate_rows'].includes(kind))).toEqual([]);
    expect(notesOf(sample, 'profile_quality')).toContain(
      'keys, copies of rows, holes in numbers and gaps in time',
    );
    expect(notesOf(sample, 'analysis_queue_delay_decomposition')).toContain('Some runs name themselves.');
    const compared = await inAppdata('runs', 'compare', full.run_id, summary.run_id);
    expect(compared.out).toContain('SAMPLED is compared with what was drawn otherwise, or with all rows');
    expect(compared.out).toContain(
      `B: SAMPLED, ${summary.coverage.rows} of ${summary.coverage.of_rows} rows (${drawn})`,
    );
    const json = await inAppdata('runs', 'compare', full.run_id, summary.run_id, '--json');
    const { a, b, input } = JSON.parse(json.out) as RunComparison;
    expect([a.coverage, b.coverage]).toEqual([full.coverage, summary.coverage]);
    expect(input).toContainEqual({ key: 'coverage', a: 'FULL', b: 'SAMPLED' });
    const list = JSON.parse((await inAppdata('runs', 'list', '--json')).out) as ListedRun[];
    expect(list.find(({ run_id }) => run_id === full.run_id)).toMatchObject({
      looked_at: 'FULL',
      sample: null,
    });
  });
});

test('FND-08 a sample by cases keeps each case whole; with the chain as the case, standalone runs are told', async () => {
  const by = ['--sample', '0.2', '--sample-by', 'MASTER_PROCESS_QUEUE_ID'];
  const args = [...SAMPLED.slice(0, 2), '--plugins', 'analysis_queue_delay_decomposition', ...by];
  const { coverage, ...chains } = await runHere(table, ...args);
  expect(coverage).toMatchObject({ method: 'cases', column: 'MASTER_PROCESS_QUEUE_ID', fraction: 0.2 });
  expect(notesOf(reportOf({ coverage, ...chains }), 'analysis_queue_delay_decomposition')).not.toContain(
    'Some runs name themselves.',
  );
});

test('FND-08 a share of one is the whole: FULL, and the fingerprint of a run without the flag', async () => {
  const plan = async (...args: string[]) => {
    const ended = await inAppdata('run', table, ...SAMPLED.slice(0, 4), ...args, '--dry-run', '--json');
    expect(ended.code, ended.err).toBe(0);
    return JSON.parse(ended.out) as PlanSummary;
  };
  const config = join(temporaryFolder(), 'config.yaml');
  writeFileSync(config, 'sample: {fraction: 25%, by: PROCESS_ID}\nseed: 5\n');
  const [whole, hundred, other, inFile] = await Promise.all([
    plan(),
    plan('--sample', '100%'),
    plan('--sample', '0.25', '--seed', '5'),
    plan('--config', config),
  ]);
  expect(hundred?.coverage).toMatchObject({ kind: 'FULL', rows: ROWS });
  expect(hundred?.run_fingerprint).toBe(whole?.run_fingerprint);
  expect(other?.coverage).toMatchObject({ kind: 'SAMPLED', method: 'rows', seed: '5' });
  expect(other?.run_fingerprint).not.toBe(summary.run_fingerprint);
  expect(inFile?.coverage).toMatchObject({
    method: 'cases',
    column: 'PROCESS_ID',
    fraction: 0.25,
    seed: '5',
  });
});

test('FND-08 a sample that draws no row, or by a column that tells no cases apart, is refused', async () => {
  const empty = await inAppdata('run', table, '--sample', '1e-12', '--dry-run', '--quiet');
  expect(empty.code).toBe(2);
  expect(empty.err).toContain(
    `The sample of ${ROWS} rows holds none of them (method rows, fraction 1e-12, seed`,
  );
  const args = ['--sample', '0.5', '--sample-by', 'START_DT', '--dry-run', '--quiet'];
  const unfit = await inAppdata('run', table, ...args);
  expect(unfit.code).toBe(2);
  expect(unfit.err).toContain('can not be drawn by the column "START_DT": it is of type timestamp');
});

test('a plugin whose fewest rows a sample does not have is left out, and named with the reason', async () => {
  const args = [
    '--kind',
    'synthetic',
    '--plugins',
    'auto',
    '--sample',
    '1%',
    '--dry-run',
    '--json',
    '--quiet',
  ];
  const plan = JSON.parse((await inAppdata('run', table, ...args)).out) as PlanSummary;
  const outliers = plan.plugins.find(({ id }) => id === 'analysis_outliers');
  expect(outliers).toMatchObject({
    will: 'not_applicable',
    reason: `it needs 100 rows, the sample has ${plan.coverage.rows}`,
  });
});

test('PERF-04 an append draws the old rows again where the seed was given, and takes their chunks over', async () => {
  const [first, second] = [
    excerpt(join(appdata, 'a.csv'), 0, 1000),
    excerpt(join(appdata, 'b.csv'), 1000, 1400),
  ];
  const common = [
    '--dataset',
    'months',
    '--plugins',
    'profile_basic',
    '--chunk-rows',
    '512',
    '--sample',
    '0.5',
  ];
  const logOf = ({ run_dir }: RunSummary) => readFileSync(join(run_dir, 'run.log'), 'utf8');
  await runHere(first, ...common, '--seed', '11');
  const appended = await runHere(second, ...common, '--append', '--seed', '11');
  expect(logOf(appended)).toContain('chunks: 1 computed, 2 taken over');
  // Drawn otherwise, no chunk is taken over.
  const otherwise = await runHere(first, second, ...common, '--seed', '12');
  expect(logOf(otherwise)).toContain('chunks: 3 computed, 0 taken over');
});
