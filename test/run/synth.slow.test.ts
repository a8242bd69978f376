import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { runProgram } from '../../src/cli/program.ts';
import { check, describeProblems, GroundTruth } from '../../src/contract/index.ts';
import type { PlanSummary, SynthSummary } from '../../src/engine/index.ts';
import { command, start, temporaryFolder } from './command.ts';

/** The command line in this process. */
async function program(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    live: false,
    columns: 80,
  };
  const code = await runProgram(args, '0', terminal);
  return { code, out: out.join(''), err: err.join('') };
}

async function synth(args: readonly string[]): Promise<SynthSummary> {
  const ended = await program(['synth', '--json', '--quiet', ...args]);
  if (ended.code !== 0) throw new Error(ended.err);
  return JSON.parse(ended.out) as SynthSummary;
}

function truthOf(summary: SynthSummary) {
  const checked = check(GroundTruth, parse(readFileSync(summary.truth_path, 'utf8')));
  if (!checked.ok) throw new Error(describeProblems(checked.problems));
  const { table, plants } = checked.value;
  if (table === undefined || plants === undefined) throw new Error('it does not tell how it was made');
  return { ...checked.value, table, plants };
}

test('the same request gives the same bytes, whatever the time zone and the language', async () => {
  const folder = temporaryFolder();
  const args = ['--rows', '3000', '--seed', '42', '--plant', 'all'];
  const elsewhere = { TZ: 'Pacific/Apia', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' };
  for (const what of ['process-log', 'table']) {
    const [first, second] = [join(folder, `${what}.csv`), join(folder, `${what} again.csv`)];
    const summary = await synth(['--out', first, '--what', what, ...args]);
    const ended = await command(['synth', '--out', second, '--what', what, ...args], elsewhere);
    expect(ended.code, ended.err).toBe(0);
    expect(readFileSync(second).equals(readFileSync(first))).toBe(true);
    expect(readFileSync(second.replace('.csv', '.truth.yaml'), 'utf8')).toBe(
      readFileSync(summary.truth_path, 'utf8'),
    );
    expect(truthOf(summary).table.sha256).toBe(summary.sha256);
    expect(summary.rows).toBe(readFileSync(first, 'utf8').trimEnd().split('\n').length - 1);
    const other = await synth(['--out', second, '--force', '--what', what, ...args, '--seed', '43']);
    expect(other.sha256).not.toBe(summary.sha256);
  }
});

test('everything that can be planted is planted, and the truth tells its size and what was measured', async () => {
  const folder = temporaryFolder();
  const lists = JSON.parse((await program(['synth', '--list', '--json'])).out) as {
    what: string;
    plants: { name: string; size: { default: number } }[];
  }[];
  expect(lists.map(({ what }) => what)).toEqual(['process-log', 'table']);
  for (const { what, plants } of lists) {
    const out = join(folder, `${what}.csv`);
    const truth = truthOf(await synth(['--out', out, '--what', what, '--rows', '4000', '--plant', 'all']));
    expect(truth.plants.map(({ plant, size }) => [plant, size.value])).toEqual(
      plants.map(({ name, size }) => [name, size.default]),
    );
    for (const plant of truth.plants) expect(Object.keys(plant.measured), plant.plant).not.toEqual([]);
  }
});

test('a size after = is what is planted; none plants nothing', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'log.csv');
  const sized = await synth(['--out', out, '--rows', '500', '--plant', 'slow_server=2.5,dependency_lag']);
  expect(sized.plants.map(({ plant, size }) => [plant, size])).toEqual([
    ['slow_server', 2.5],
    ['dependency_lag', 600],
  ]);
  const none = await synth(['--out', out, '--rows', '500', '--plant', 'none', '--force']);
  expect(truthOf(none).plants).toEqual([]);
});

test.each([
  [
    'process-log',
    'run_id activity module queued_at eligible_at started_at ended_at resource user status depends_on parent chain parameters schedule priority attempts',
  ],
  [
    'null-log',
    'run_id activity module queued_at eligible_at started_at ended_at resource user status parameters schedule priority attempts',
  ],
])('the columns of a %s are recognised', async (what, roles) => {
  const folder = temporaryFolder();
  const out = join(folder, 'log.csv');
  await synth(['--out', out, '--what', what, '--rows', '4000']);
  const dry = await program(['run', out, '--dry-run', '--json', '--kind', 'synthetic', '--appdata', folder]);
  const plan = JSON.parse(dry.out) as PlanSummary;
  const found = new Map(plan.roles.map(({ role, column }) => [role, column]));
  for (const role of roles.split(' ')) expect(found.has(role), role).toBe(true);
  expect(found.get('run_id')).toBe('PROCESS_QUEUE_ID');
});

test.each(['table', 'null-table'])('the columns of a %s are recognised as what they are', async (what) => {
  const folder = temporaryFolder();
  const out = join(folder, 'table.csv');
  await synth(['--out', out, '--what', what, '--rows', '3000']);
  const dry = await program(['run', out, '--dry-run', '--json', '--kind', 'synthetic', '--appdata', folder]);
  const plan = JSON.parse(dry.out) as PlanSummary;
  const found = new Map(plan.roles.map(({ role, column }) => [column, role]));
  const { plainTable } = await import('../../src/synth/table/plain-table.ts');
  const { usualPlants } = await import('../../src/synth/index.ts');
  const made = plainTable({ seed: '1', rows: 1, plants: what === 'table' ? usualPlants('table') : {} });
  for (const { name, role } of made.columns) {
    // numbers with words among them are ids as far as anybody can tell
    if (name !== 'meter_reading') expect([name, found.get(name)]).toEqual([name, role]);
  }
});

test('files that exist are left alone unless told so, and nothing half-made stays', async () => {
  const folder = temporaryFolder();
  const [out, truth] = [join(folder, 'log.csv'), join(folder, 'log.truth.yaml')];
  for (const existing of [out, truth]) {
    writeFileSync(existing, 'mine');
    const refused = await program(['synth', '--out', out, '--rows', '100']);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(`${existing} exists already`)]);
    expect(readFileSync(existing, 'utf8')).toBe('mine');
    rmSync(existing);
  }
  writeFileSync(out, 'mine');
  const forced = await program(['synth', '--out', out, '--rows', '100', '--force', '--quiet']);
  expect([forced.code, forced.out]).toEqual([0, expect.stringContaining('--kind synthetic')]);
  expect(readdirSync(folder).sort()).toEqual(['log.csv', 'log.truth.yaml']);
});

test.each([
  [['--plant', 'slow_servers'], 'no plant is called slow_servers (did you mean slow_server?)'],
  [['--plant', 'slow_server=0.5'], 'takes a size from 1.01 to 10'],
  [['--plant', 'slow_server='], 'NAME=SIZE'],
  [['--what', 'null-table', '--plant', 'outliers'], 'no plant is called outliers'],
  [['--what', 'table', '--servers', '3'], '--servers is for logs only'],
  [['--what', 'logs'], 'process-log, null-log, table, null-table'],
  [['--start', '2025-02-30'], '2025-02-30'],
  [['--rows', '0'], 'whole number'],
  [['--rows', '1000000000000'], 'at most'],
  [['--seed', '18446744073709551616'], '2^64'],
])('synth %j is refused with the reason', async (args, reason) => {
  const folder = temporaryFolder();
  const ended = await program(['synth', '--out', join(folder, 'x.csv'), '--rows', '50', ...args]);
  expect([ended.code, ended.err]).toEqual([2, expect.stringContaining(reason)]);
  expect(readdirSync(folder)).toEqual([]);
});

test('a place that can not be written to is refused', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'there.csv'));
  for (const [out, reason] of [
    [join(folder, 'nowhere', 'x.csv'), 'no such file or directory'],
    [join(folder, 'x.xlsx'), 'ends in .csv'],
    [join(folder, 'there.csv'), 'it is a directory'],
  ] as const) {
    const ended = await program(['synth', '--out', out, '--rows', '50', '--quiet']);
    expect([ended.code, ended.err]).toEqual([2, expect.stringContaining(reason)]);
  }
  expect(readdirSync(folder)).toEqual(['there.csv']);
});

test.skipIf(process.platform === 'win32')('an interrupt ends it, and nothing is kept', async () => {
  const folder = temporaryFolder();
  const { child, ended } = start([
    'synth',
    '--out',
    join(folder, 'log.csv'),
    '--rows',
    '20000000',
    '--quiet',
  ]);
  while (readdirSync(folder).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  expect(readdirSync(folder)).toEqual([]);
});

test('without --out it says so', async () => {
  const ended = await program(['synth']);
  expect(ended.code).toBe(2);
  expect(ended.err).toContain('--out');
});
