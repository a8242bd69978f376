import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LimitName, Report } from '../../src/contract/index.ts';
import type { RunDetails } from '../../src/engine/index.ts';
import { command, filesBelow, readJson, root, temporaryFolder, testPlugins } from '../run/command.ts';
import { run, say } from '../run/say.ts';
import type { Group } from './attack.ts';

const sales = join(root, 'examples', 'sales.csv');

interface Chosen {
  readonly group: Group;
  readonly body: string;
  readonly status: string;
  readonly reason: RegExp;
  readonly limit?: LimitName;
  readonly limits?: Record<string, number>;
}

/** Attacks of each group as plugins that were installed like any other: through the bundler, with every layer. */
const CHOSEN: Readonly<Record<string, Chosen>> = {
  reads_files: {
    group: 'file system',
    body: `ctx.note(await Deno.readTextFile('/etc/passwd'));`,
    status: 'failed',
    reason: /Deno is not defined/,
  },
  calls_home: {
    group: 'network',
    body: `await fetch('http://127.0.0.1:1/');`,
    status: 'failed',
    reason: /fetch is not defined/,
  },
  starts_programs: {
    group: 'processes and signals',
    body: `new Deno.Command('/bin/sh').spawn();`,
    status: 'failed',
    reason: /Deno is not defined/,
  },
  reads_variables: {
    group: 'environment and host facts',
    body: `ctx.note(process.env.HOME);`,
    status: 'failed',
    reason: /process is not defined/,
  },
  makes_code: {
    group: 'code loading',
    body: `ctx.note(String((0, eval)('6 * 7')));`,
    status: 'failed',
    reason: /Code generation from strings disallowed/,
  },
  imports_later: {
    group: 'code loading',
    body: `const fs = ['node', 'fs'].join(':'); ctx.note(typeof (await import(fs)).readFileSync);`,
    status: 'failed',
    reason: /^Error: Dynamic require of "node:fs" is not supported/,
  },
  keeps_things: {
    group: 'persistence',
    body: `localStorage.setItem('a', 'b');`,
    status: 'failed',
    reason: /localStorage is not defined/,
  },
  tells_time: {
    group: 'time and randomness',
    body: `ctx.note(String(new SharedArrayBuffer(4).byteLength));`,
    status: 'failed',
    reason: /SharedArrayBuffer is not defined/,
  },
  never_ends_at_all: {
    group: 'resources',
    body: `for (;;);`,
    status: 'timed_out',
    reason: /^wall time: more than 1 s/,
    limit: 'wall_s',
    limits: { wall_s: 1 },
  },
  burns_processors: {
    group: 'resources',
    body: `for (;;);`,
    status: 'limit_exceeded',
    reason: /^processor time: more than 1 s/,
    limit: 'cpu_s',
    limits: { cpu_s: 1 },
  },
  fills_memory: {
    group: 'resources',
    body: `const kept = []; for (;;) kept.push({});`,
    status: 'out_of_memory',
    reason: /^memory: more than 128 MB/,
    limit: 'memory_mb',
    limits: { memory_mb: 128 },
  },
  floods_output: {
    group: 'resources',
    body: `for (let i = 0; i < 12; i++) ctx.note('x'.repeat(2 ** 20));`,
    status: 'limit_exceeded',
    reason: /^output: more than 2 MB/,
    limit: 'output_mb',
    limits: { output_mb: 2 },
  },
  floods_log: {
    group: 'resources',
    body: `for (;;) ctx.log('x'.repeat(10_000));`,
    status: 'limit_exceeded',
    reason: /^log: more than 2 MB/,
    limit: 'output_mb',
    limits: { output_mb: 2 },
  },
  asks_without_end: {
    group: 'resources',
    body: `for (let i = 0; i < 5000; i++) ctx.query('SELECT count(*) AS n FROM data').catch(() => 0); for (;;) await 0;`,
    status: 'limit_exceeded',
    reason: /^calls: more than 1000 open at once/,
    limit: 'calls',
  },
  breaks_messages: {
    group: 'protocol',
    body: `ctx.note('\\ud800');`,
    status: 'invalid_output',
    reason: /surrogate/,
  },
  cites_others: {
    group: 'tampering',
    body: `ctx.metric('n', { query: 'q99', row: 0, column: 'n' });`,
    status: 'invalid_output',
    reason: /q99/,
  },
  paints_terminals: {
    group: 'tampering',
    body: `throw new Error('\\u001b[2J\\u001b]0;owned\\u0007 \\u009b31m\\r\\nok   all is well \\u202e');`,
    status: 'failed',
    reason: /all is well/,
  },
  reads_by_sql: {
    group: 'SQL',
    body: `await ctx.query("SELECT * FROM read_text('/etc/passwd')");`,
    status: 'failed',
    reason: /Query refused/,
  },
};

/** Puts the chosen attacks into a folder of plugins. */
function writePlugins(folder: string): void {
  const manifest = readJson<object>(join(testPlugins, 'floods_artifacts', 'plugin.json'));
  for (const [id, { group, body, limits }] of Object.entries(CHOSEN)) {
    mkdirSync(join(folder, id), { recursive: true });
    const ample = { wall_s: 60, cpu_s: 60, memory_mb: 512, output_mb: 8 };
    const own = { id, title: id, question: group, entrypoint: 'plugin.mjs', limits: { ...ample, ...limits } };
    writeFileSync(join(folder, id, 'plugin.json'), JSON.stringify({ ...manifest, ...own }));
    writeFileSync(join(folder, id, 'plugin.mjs'), `export default { async analyze(ctx) { ${body} } };\n`);
  }
}

/** What no terminal should be told by a plugin. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

test('a run with an attack of each group is PARTIAL and names each with its limit; what else ran is the same, byte for byte (QA-03, EXEC-02)', async () => {
  const folder = temporaryFolder();
  writePlugins(join(folder, 'plugins'));
  const appdata = join(folder, 'appdata');
  const ids = Object.keys(CHOSEN);
  const args = [
    '--plugin-dir',
    testPlugins,
    '--plugin-dir',
    join(folder, 'plugins'),
    '--plugins',
    [...ids, 'counts_rows'].join(),
  ];
  const ended = await command(['run', sales, '--appdata', appdata, ...args]);
  expect(ended.code).toBe(3);
  expect(
    `${ended.out}${ended.err}`
      .replaceAll('\r\n', '\n')
      .split('\n')
      .filter((line) => CONTROL.test(line)),
  ).toEqual([]);

  const shown = await say(['runs', 'show', 'latest', '--json', '--appdata', appdata]);
  const { status: ends, run_dir, executions } = JSON.parse(shown.out) as RunDetails;
  expect(ends).toBe('PARTIAL');
  const report = readJson<Report>(join(run_dir ?? '', 'report.json'));
  for (const [id, { status, reason, limit }] of Object.entries(CHOSEN)) {
    const told = { status, reason: expect.stringMatching(reason) };
    expect(executions.find(({ plugin_id }) => plugin_id === id)).toMatchObject(told);
    const reported = report.plugins.find(({ plugin_id }) => plugin_id === id);
    expect(reported).toMatchObject(told);
    expect(reported?.limit, id).toBe(limit);
  }
  expect(report.findings.map((finding) => finding.plugin_id)).toEqual(['counts_rows']);
  const markdown = readFileSync(join(run_dir ?? '', 'report.md'), 'utf8');
  for (const id of ids) expect(markdown).toContain(id);
  expect(markdown.split('\n').filter((line) => CONTROL.test(line))).toEqual([]);

  const alone = await run(sales, join(folder, 'other'), [
    '--plugin-dir',
    testPlugins,
    '--plugins',
    'counts_rows',
  ]);
  const result = (dir: string) => readFileSync(join(dir, 'results', 'counts_rows.json'), 'utf8');
  expect(result(run_dir ?? '')).toBe(result(alone.run_dir));
  const doctor = await say(['doctor', '--full', '--json', '--appdata', appdata]);
  expect({ code: doctor.code, out: doctor.code === 0 ? '' : doctor.out }).toEqual({ code: 0, out: '' });
});

test('with the policy stop, the first attack stops the run, which commits nothing', async () => {
  const folder = temporaryFolder();
  writePlugins(join(folder, 'plugins'));
  writeFileSync(join(folder, 'c.yaml'), 'policy: { on_failure: stop }\n');
  const ended = await command([
    ...[
      'run',
      sales,
      '--json',
      '--quiet',
      '--config',
      join(folder, 'c.yaml'),
      '--appdata',
      join(folder, 'a'),
    ],
    ...[
      '--plugin-dir',
      testPlugins,
      '--plugin-dir',
      join(folder, 'plugins'),
      '--plugins',
      'burns_processors,counts_rows',
    ],
  ]);
  expect(ended.code).toBe(5);
  expect(JSON.parse(ended.out)).toMatchObject({ status: 'FAILED' });
  expect(`${ended.out}${ended.err}`).toMatch(/burns_processors.*processor time: more than 1 s/s);
  expect(filesBelow(join(folder, 'a', 'runs'))).toEqual([]);
});
