import type { Finding } from '../../src/contract/index.ts';
import { csvOf, type Table } from './make-table.ts';
import { type Expected, type PlainOptions, plainBackwards, plainWaits } from './plain-waits.ts';
import { analyseLog } from './process-log.ts';
import type { InProcess } from './run-in-process.ts';

export const MEASURES: readonly (keyof Expected)[] = [
  'runs',
  'close_runs',
  'pre_eligible_runs',
  'pre_eligible_s',
  'waited_runs',
  'wait_s',
  'longest_wait_s',
  'over_runs',
  'over_s',
  'service_runs',
  'service_s',
];

/** Runs the wait decomposition on a log. */
export function analyseWaits(table: Table, settings = {}, chunkRows?: number): Promise<InProcess> {
  return analyseLog('analysis_queue_delay_decomposition', table, settings, chunkRows);
}

export function findingOf({ result }: InProcess, kind: string): Finding {
  const found = result.findings.find((finding) => finding.kind === kind);
  if (found === undefined)
    throw new Error(`no finding ${kind}: ${result.findings.map((f) => f.kind).join(', ')}`);
  return found;
}

/** The exact text of a field. */
export function exact(finding: Pick<Finding, 'fields'>, name: string): string {
  const field = finding.fields[name];
  return field?.exact ?? String(field?.value);
}

/** Every number that differs from the plain implementation: in the tables, the findings and the cited rows. */
export async function differences(table: Table, options: PlainOptions): Promise<string[]> {
  const csv = csvOf(table);
  const expected = plainWaits(csv, options);
  const run = await analyseWaits(table, {
    threshold_s: Number(options.threshold) / 1e6,
    watchdog_activities: options.watchdogs,
    close_start_day: options.closeStart,
    close_end_day: options.closeEnd,
    smallest_share_percent: 0,
    smallest_excess_points: 0,
    smallest_excess_ratio: 1,
  });
  return [
    ...groupDifferences(run, expected),
    ...findingDifferences(run, expected),
    ...quantileDifferences(run, expected),
    ...backwardDifferences(
      await analyseLog('analysis_clock_violations', table),
      plainBackwards(csv, options),
    ),
  ];
}

function groupDifferences(run: InProcess, expected: ReadonlyMap<string, Expected>): string[] {
  const groups = groupsIn(run);
  const wrong = [...expected].flatMap(([key, want]) =>
    MEASURES.filter((m) => groups.get(key)?.[m] !== String(want[m])).map(
      (m) => `${key} ${m}: ${groups.get(key)?.[m]}, not ${want[m]}`,
    ),
  );
  return groups.size === expected.size ? wrong : [`${groups.size} groups, not ${expected.size}`, ...wrong];
}

function findingDifferences(run: InProcess, expected: ReadonlyMap<string, Expected>): string[] {
  const sides = [
    ['wait_decomposition', '', 'all|all|all|all'],
    ['wait_close_versus_open', 'close_', 'all|all|close|all'],
    ['wait_close_versus_open', 'open_', 'all|all|open|all'],
    ['wait_standalone_versus_chained', 'standalone_', 'all|all|all|standalone'],
    ['wait_standalone_versus_chained', 'chained_', 'all|all|all|chained'],
  ] as const;
  return sides.flatMap(([kind, side, key]) => {
    const finding = findingOf(run, kind);
    const given = MEASURES.filter((m) => `${side}${m}` in finding.fields);
    const wrong = given.filter((m) => !isSame(exact(finding, `${side}${m}`), String(expected.get(key)?.[m])));
    return given.length < 6 ? [`${kind} says too little`] : wrong.map((m) => `${kind} ${side}${m}`);
  });
}

/** Median and 95th percentile: of the log and of the jobs that have a finding. */
function quantileDifferences(run: InProcess, expected: ReadonlyMap<string, Expected>): string[] {
  const jobs = run.result.findings.filter((f) => f.kind === 'wait_by_activity');
  const keys = new Map(jobs.map((f) => [`activity|${f.target['activity']}|all|all`, f]));
  keys.set('all|all|all|all', findingOf(run, 'wait_decomposition'));
  const wrong = [...keys].flatMap(([key, finding]) =>
    (['median_wait_s', 'p95_wait_s'] as const)
      .filter((m) => !isSame(exact(finding, m), String(expected.get(key)?.[m])))
      .map((m) => `${key} ${m}`),
  );
  return jobs.length > 0 ? wrong : ['no finding of a job'];
}

function backwardDifferences(run: InProcess, backwards: readonly number[]): string[] {
  const finding = findingOf(run, 'clock_backwards');
  const cited = finding.evidence.flatMap((e) => (e.kind === 'query' && e.rows !== undefined ? [e] : []))[0];
  const rows = cited?.rows?.map((r) => r.row_number).join(' ');
  return [
    ...(Number(exact(finding, 'backward_rows')) === backwards.length ? [] : ['number of backward rows']),
    ...(cited?.rows_total === Math.min(backwards.length, 10_000) ? [] : ['number of cited rows']),
    ...(rows === backwards.slice(0, 100).join(' ') ? [] : ['cited rows']),
  ];
}

/** The same decimal, whatever the zeros at its end. */
function isSame(a: string, b: string): boolean {
  const plain = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  return plain(a) === plain(b);
}

/** The plugin's table, by the keys of the plain implementation. */
function groupsIn({ artifacts }: InProcess): Map<string, Record<string, string>> {
  const [header = [], ...rows] = (artifacts.get('waits_by_group.csv') ?? '')
    .trimEnd()
    .split('\n')
    .map(cellsOf);
  return new Map(
    rows.map((row) => [
      row.slice(0, 4).join('|'),
      Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])),
    ]),
  );
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    (m) => m[1]?.replaceAll('""', '"') ?? m[2] ?? '',
  );
}
