import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { check, Erp, Report, type RunManifest, type RunSummary } from '../../src/contract/index.ts';
import { queueLog } from '../erps/queue-log.ts';
import { folderOfFile, readJson } from './command.ts';
import { run, type Said, say } from './say.ts';

const folder = folderOfFile('erp');
const appdata = join(folder, 'appdata');
const log = join(folder, 'log.csv');
const WAITS = 'analysis_queue_delay_decomposition';
const PLUGINS = ['--plugins', `${WAITS},analysis_clock_violations,profile_basic`];

/** A command on the one appdata. */
const erps = (...words: string[]): Promise<Said> => say(['erps', ...words, '--appdata', appdata]);
const must = async (...words: string[]): Promise<string> => {
  const said = await erps(...words);
  if (said.code !== 0) throw new Error(said.err);
  return said.out;
};
const add = (sentence: string, ...more: string[]) =>
  must('issues', 'add', 'quorum', sentence, '--yes', ...more);
const reportOf = (summary: RunSummary): Report => readJson(join(summary.run_dir, 'report.json'));
const manifestOf = (summary: RunSummary): RunManifest => readJson(summary.manifest_path);

let before: RunSummary;
let first: RunSummary;
let later: RunSummary;

beforeAll(async () => {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(folder, { recursive: true });
  writeFileSync(log, queueLog({ runs: 60 }));
  await say(['ingest', log, '--dataset', 'old', '--quiet', '--appdata', appdata]);
  writeFileSync(log, queueLog());
  before = await run(log, appdata, PLUGINS);
  await must('create', 'quorum', '--dataset', 'log');
  await must('set', 'quorum', 'process.threshold_s=90', 'plugins.profile_basic.top_values=3');
  await add('QEMAIL waits more than 15 hours over the threshold');
  await add('QEMAIL waits more than 200 hours over the threshold', '--strict', '--title', 'Mail is slow');
  await add('at least 4 wait_by_activity where over_s > 0 s');
  await add('no run ends before it starts');
  await add('at least 1 multivariate_outliers of analysis_outliers');
  first = await run(log, appdata, PLUGINS);
  writeFileSync(log, queueLog({ runs: 120 }));
  later = await run(log, appdata, PLUGINS);
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}, 120_000);

describe('known issues', () => {
  test('each run says of each: confirmed, missing, below, over, or not evaluated with the reason', () => {
    const known = reportOf(first).known_issues;
    expect(known.map(({ outcome, count }) => [outcome, count])).toEqual([
      ['confirmed', 1],
      ['missing', 0],
      ['below_min', 1],
      ['over_limit', 1],
      ['not_evaluated', null],
    ]);
    expect(known[1]?.reason).toContain('over_s is 20\u202fh');
    expect(known[4]?.reason).toBe('analysis_outliers was not among the plugins of this run');
    expect(check(Report, reportOf(first))).toMatchObject({ ok: true });
  });

  test('they stand first in the report, and on the terminal, a strict one loudly', async () => {
    const text = readFileSync(join(first.run_dir, 'report.md'), 'utf8');
    expect(text.indexOf('## Known issues')).toBeLessThan(text.indexOf('## Findings'));
    expect(text).toContain('1 of 5 known issues is confirmed. 1 strict one is not.');
    expect(text).toContain('**not found** (strict)');
    const page = readFileSync(join(first.run_dir, 'report.html'), 'utf8');
    expect(page.indexOf('id="known"')).toBeLessThan(page.indexOf('id="findings"'));
    expect(first.erp?.known_issues.map(({ outcome }) => outcome)).toContain('over_limit');
    const again = await say(['run', log, '--quiet', '--appdata', appdata, ...PLUGINS]);
    expect(again.out).toContain('warning: the strict known issue "Mail is slow" is missing');
    expect(again.out).toMatch(/not_evaluated +at-least-1-multivariate-outliers/);
  });

  test('what repeats one is marked and stands behind what is new', () => {
    const { findings } = reportOf(first);
    const claims = findings.filter(({ plugin_id }) => plugin_id === WAITS);
    const known = claims.filter(({ repeats }) => repeats?.whole === true);
    expect(known.map(({ kind }) => kind)).toEqual(['wait_by_activity']);
    expect(claims.at(-1)).toEqual(known[0]);
    expect(readFileSync(join(first.run_dir, 'report.md'), 'utf8')).toContain(
      '**Known already: “QEMAIL waits',
    );
  });

  test('a finished run is asked what it says of the issues of today', async () => {
    const said = await erps('issues', 'check', 'quorum', first.run_id, '--json');
    expect(said.code).toBe(1);
    expect(JSON.parse(said.out)).toMatchObject({ run_id: first.run_id });
    const tried = await erps(
      'issues',
      'check',
      'quorum',
      '--sentence',
      'runs wait less than 2 h over the threshold',
    );
    expect(tried.out).toContain('missing');
  });

  test('nothing is kept without a yes, and nothing of a sentence that says nothing', async () => {
    const shown = await must('issues', 'add', 'quorum', 'runs wait more than 2 h over the threshold');
    expect(shown).toContain('wait_decomposition of analysis_queue_delay_decomposition, where over_s > 2');
    expect(shown).toContain('Nothing was kept.');
    expect(shown).toMatch(/the newest run \([^)]+\) says \w+: /);
    const unknown = await must(
      'issues',
      'add',
      'quorum',
      'at least 1 wait_decomposition of analysis_queue_delay_decomposition where estimate > 1.5',
    );
    expect(unknown).toMatch(
      /says not_evaluated: no finding wait_decomposition of .* says estimate; they say /,
    );
    const refused = await erps('issues', 'add', 'quorum', 'GLPOST is somehow bad', '--yes');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toContain('Understood: a name (GLPOST)');
    const again = await must(
      'issues',
      'add',
      'quorum',
      'job qemail waits more than 900 min over the threshold',
      '--yes',
    );
    expect(again).toContain('knows that already, as qemail-waits-more-than-15-hours-over-the-threshold');
    expect(JSON.parse(await must('issues', 'list', 'quorum', '--json'))).toHaveLength(5);
  });
});

describe('precedence and fingerprint', () => {
  test('a value of the ERP is in force, is told as that, and changes the fingerprint; a flag comes before it', async () => {
    const { config } = manifestOf(first);
    expect(config.resolved).toMatchObject({ settings: { [WAITS]: { threshold_s: 90 } } });
    expect(config.sources[`plugins.${WAITS}.settings.threshold_s`]).toBe('erp');
    expect(config.sources['plugins.profile_basic.settings.top_values']).toBe('erp');
    expect(manifestOf(first).dataset.erp).toBe('quorum');
    expect(first.run_fingerprint).not.toBe(before.run_fingerprint);
    const plan = async (...words: string[]) => {
      const said = await say([
        'run',
        log,
        '--dry-run',
        '--json',
        '--quiet',
        '--appdata',
        appdata,
        ...PLUGINS,
        ...words,
      ]);
      return JSON.parse(said.out) as { run_fingerprint: string; config_sources: Record<string, string> };
    };
    const flagged = await plan('--set', 'process.threshold_s=90');
    expect(flagged.config_sources['process.threshold_s']).toBe('flag');
    expect(flagged.run_fingerprint).toBe(later.run_fingerprint);
    const other = await plan('--set', 'process.threshold_s=91');
    expect(other.run_fingerprint).not.toBe(later.run_fingerprint);
    await add('runs wait more than 1 hour over the threshold');
    const known = await plan();
    expect(known.run_fingerprint).not.toBe(later.run_fingerprint);
    await must('issues', 'remove', 'quorum', 'runs-wait-more-than-1-hour-over-the-threshold');
    expect((await plan()).run_fingerprint).toBe(later.run_fingerprint);
  });

  test('a run knows what earlier versions came to, and a rerun is the same run', async () => {
    const historyOf = (summary: RunSummary) =>
      (manifestOf(summary).fingerprint_document as { history: { dataset_version_id: string }[] }).history;
    expect(historyOf(first)).toEqual([]);
    expect(historyOf(later).map(({ dataset_version_id }) => dataset_version_id)).toEqual([
      first.dataset_version_id,
    ]);
    writeFileSync(log, queueLog());
    const rerun = await run(log, appdata, PLUGINS);
    expect(rerun.run_fingerprint).toBe(first.run_fingerprint);
    writeFileSync(log, queueLog({ runs: 120 }));
    expect((await run(log, appdata, PLUGINS)).run_fingerprint).toBe(later.run_fingerprint);
  });
});

test('columns that are new to the ERP are told, until they are accepted', async () => {
  writeFileSync(log, queueLog({ extra: 'PRIORITY_CD' }));
  const said = await say(['ingest', log, '--dataset', 'wider', '--erp', 'quorum', '--appdata', appdata]);
  expect(said.err).toContain(
    'the columns are new to the ERP "quorum": the column "PRIORITY_CD" (integer) is new',
  );
  await must('set', 'quorum', '--accept-schema', 'wider');
  const again = await say(['ingest', log, '--dataset', 'wider', '--json', '--quiet', '--appdata', appdata]);
  expect(JSON.parse(again.out)).toMatchObject({ erp: { name: 'quorum', schema_differs: [] } });
  const moved = await say(['ingest', log, '--dataset', 'wider', '--erp', 'other', '--appdata', appdata]);
  expect(moved.err).toContain('There is no ERP "other"');
});

test('roles that somebody named are remembered for the next dataset, and can be confirmed', async () => {
  writeFileSync(log, queueLog());
  const named = ['--roles', 'activity=MODULE_CD', '--dataset', 'named', '--erp', 'quorum'];
  await say(['ingest', log, ...named, '--quiet', '--appdata', appdata]);
  const next = await say([
    'ingest',
    log,
    '--dataset',
    'next',
    '--erp',
    'quorum',
    '--json',
    '--quiet',
    '--appdata',
    appdata,
  ]);
  const { roles } = JSON.parse(next.out) as { roles: { bindings: { role: string }[] } };
  expect(roles.bindings.find(({ role }) => role === 'activity')).toMatchObject({
    ...{ sql_name: 'MODULE_CD', source: 'confirmed', confidence: 1 },
  });
  const confirmed = await must('set', 'quorum', '--confirm-roles', 'next', '--json');
  const { columns } = JSON.parse(confirmed) as Erp;
  expect(columns.flatMap(({ roles }) => roles).every((role) => role.confirmed)).toBe(true);
});

describe('as a file', () => {
  test('an ERP that is exported and imported is the same, to the byte', async () => {
    const text = await must('export', 'quorum');
    expect(check(Erp, parse(text))).toMatchObject({ ok: true });
    const file = join(folder, 'quorum.yaml');
    writeFileSync(file, text);
    await must('import', file, '--replace');
    expect(await must('export', 'quorum')).toBe(text);
    expect((await erps('import', file)).err).toContain('There is an ERP "quorum" already.');
  });

  test.each([
    ['a key of another program', 'name: q\nrun: rm', 'unknown key'],
    ['a key twice', 'name: q\nname: r', 'Map keys must be unique at line 2, column 1'],
    ['a tag', 'name: !!js/function "x"', 'Unresolved tag'],
    ['two documents', 'name: q\n---\nname: r', 'multiple documents'],
    [
      'aliases without end',
      `a: &a [x]\n${Array.from(
        { length: 12 },
        (_, i) =>
          `b${i}: &b${i} [${Array(9)
            .fill(i === 0 ? '*a' : `*b${i - 1}`)
            .join(', ')}]`,
      ).join('\n')}`,
      'Excessive alias count',
    ],
    ['what is no document', '\u0000', 'must be object'],
  ])('a hostile file is refused with its place, and nothing stays: %s', async (_name, text, message) => {
    const file = join(folder, 'hostile.yaml');
    writeFileSync(file, text);
    const said = await erps('import', file, '--name', 'hostile');
    expect(said.code).toBe(2);
    expect(said.err).toContain(message);
    expect((await erps('show', 'hostile')).err).toContain('There is no ERP "hostile".');
  });

  test('a file of the right form is refused where it says what can not be, with every path', async () => {
    const erp = parse(await must('export', 'quorum')) as Erp;
    const wrong = {
      ...erp,
      process: { threshold_s: -1 },
      columns: [...erp.columns, ...erp.columns.slice(0, 1)],
    };
    const file = join(folder, 'wrong.json');
    writeFileSync(file, JSON.stringify(wrong));
    expect((await erps('import', file, '--name', 'w')).err).toContain(
      'process.threshold_s: must be >= 0, got -1',
    );
    const [issue] = erp.known_issues;
    if (issue === undefined) throw new Error('it knows of issues');
    const kind = { ...issue, condition: { ...issue.condition, kind: 'wait_by_moon' } };
    writeFileSync(
      file,
      JSON.stringify({
        ...wrong,
        process: { tresh: 1 },
        plugins: { [WAITS]: { tresh: 1 } },
        known_issues: [kind],
      }),
    );
    const said = await erps('import', file, '--name', 'w');
    expect(said.err).toContain('"PROCESS_QUEUE_ID" stands there twice');
    expect(said.err).toContain(`plugins.${WAITS}.tresh: unknown key`);
    expect(said.err).toContain('known_issues.0.condition.kind');
    expect(said.err).toContain('process.tresh: unknown key');
  });
});

test('a backup brings ERP and history back, a run that it does not know comes back with both, the doctor finds what else has changed them', async () => {
  const { out } = await say(['backup', '--json', '--appdata', appdata]);
  const { path } = JSON.parse(out) as { path: string };
  const shown = await must('show', 'quorum', '--json');
  writeFileSync(log, queueLog({ runs: 160 }));
  const lost = await run(log, appdata, PLUGINS);
  const known = async () => (await must('show', 'quorum', '--json')).includes(lost.run_id);
  expect(await known()).toBe(true);
  await must('set', 'quorum', 'description=gone');
  expect(await say(['restore', path, '--appdata', appdata])).toMatchObject({ code: 0 });
  expect(await must('show', 'quorum', '--json')).toBe(shown);
  expect(await known()).toBe(false);
  expect(await say(['runs', 'adopt', lost.run_id, '--appdata', appdata])).toMatchObject({ code: 0 });
  expect(await known()).toBe(true);
  expect(await say(['doctor', '--full', '--appdata', appdata])).toMatchObject({ code: 0 });
  expect(await say(['verify', first.run_id, '--appdata', appdata])).toMatchObject({ code: 0 });
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(join(appdata, 'state.sqlite'));
  database.exec(`UPDATE erp_history SET known_issues = '[]' WHERE run_id = '${first.run_id}'`);
  database.close();
  const doctor = await say(['doctor', '--full', '--appdata', appdata]);
  expect(doctor.code).toBe(4);
  expect(doctor.out).toContain('erp_history.known_issues');
});

test('a dataset that joins an ERP with its run has the history that its rerun has, and its plan, too', async () => {
  writeFileSync(log, queueLog({ runs: 60 }));
  const fingerprintOf = async (...words: string[]) => {
    const joins = ['run', log, '--dataset', 'old', '--erp', 'quorum', '--json', '--quiet'];
    const said = await say([...joins, '--plugins', 'profile_basic', '--appdata', appdata, ...words]);
    return (JSON.parse(said.out) as { run_fingerprint: string }).run_fingerprint;
  };
  const planned = await fingerprintOf('--dry-run');
  const ran = await fingerprintOf();
  expect([ran, await fingerprintOf()]).toEqual([planned, planned]);
});

test('a sentence is tried on the newest run before it is kept; where that is damaged, so it says', async () => {
  const history = JSON.parse(await must('show', 'quorum', '--json')) as { runs: { run_id: string }[] };
  const report = join(appdata, 'runs', history.runs[0]?.run_id ?? '', 'report.json');
  const sentence = 'QEMAIL waits more than 300 hours over the threshold';
  expect(await must('issues', 'add', 'quorum', sentence)).toContain('was not among the plugins');
  writeFileSync(report, '{}');
  expect(await must('issues', 'add', 'quorum', sentence)).toMatch(/says not_evaluated: .*report\.json/);
});
