// The waits of a log by a second, independent way: row by row, in big integers, with no SQL and nothing of the plugin.
import { LOG_ROLES } from './process-log.ts';

export interface Expected {
  runs: number;
  close_runs: number;
  pre_eligible_runs: number;
  pre_eligible_s: string;
  waited_runs: number;
  wait_s: string;
  median_wait_s: string;
  p95_wait_s: string;
  longest_wait_s: string;
  over_runs: number;
  over_s: string;
  service_runs: number;
  service_s: string;
}

export interface PlainOptions {
  readonly threshold: bigint;
  readonly watchdogs: readonly string[];
  readonly closeStart: number;
  readonly closeEnd: number;
}

/** One run; times and intervals in microseconds. */
export interface Run {
  readonly row: number;
  readonly names: Readonly<Record<'activity' | 'module' | 'user' | 'resource', string>>;
  readonly ready: bigint | undefined;
  readonly started: bigint | undefined;
  readonly ended: bigint | undefined;
  readonly pre: bigint | undefined;
  readonly wait: bigint | undefined;
  readonly service: bigint | undefined;
  readonly window: string;
  readonly chaining: string;
}

type Cells = readonly (string | null)[];

/** Every group of every dimension in every scope, by `dimension|group|window|chaining`; `all|all|all|all` is the log. */
export function plainWaits(csv: string, options: PlainOptions): Map<string, Expected> {
  const runs = readRuns(csv, options).filter((run) => !options.watchdogs.includes(run.names.activity));
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const owners = [['all', 'all'] as const, ...Object.entries(run.names)];
    for (const [dimension, name] of owners) {
      for (const window of ['all', run.window]) {
        for (const chaining of ['all', run.chaining]) {
          const key = `${dimension}|${name}|${window}|${chaining}`;
          const list = groups.get(key);
          if (list === undefined) groups.set(key, [run]);
          else list.push(run);
        }
      }
    }
  }
  return new Map([...groups].map(([key, list]) => [key, total(list, options)]));
}

/** Row numbers (from 1) whose clock runs backwards in any interval, watchdogs included. */
export function plainBackwards(csv: string, options: PlainOptions): number[] {
  const negative = (interval: bigint | undefined) => interval !== undefined && interval < 0n;
  return readRuns(csv, options)
    .filter(({ pre, wait, service }) => negative(pre) || negative(wait) || negative(service))
    .map(({ row }) => row);
}

function total(runs: readonly Run[], { threshold }: PlainOptions): Expected {
  const kept = (pick: (run: Run) => bigint | undefined) =>
    runs.map(pick).filter((value): value is bigint => value !== undefined && value >= 0n);
  const [pre, waits, service] = [kept((r) => r.pre), kept((r) => r.wait), kept((r) => r.service)];
  const over = waits.filter((wait) => wait > threshold);
  const sorted = [...waits].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const rank = (numerator: number, denominator: number) =>
    sorted[Math.max(1, Math.ceil((sorted.length * numerator) / denominator)) - 1];
  return {
    runs: runs.length,
    close_runs: runs.filter((run) => run.window === 'close').length,
    pre_eligible_runs: pre.length,
    pre_eligible_s: seconds(sum(pre)),
    waited_runs: waits.length,
    wait_s: seconds(sum(waits)),
    median_wait_s: seconds(rank(1, 2)),
    p95_wait_s: seconds(rank(19, 20)),
    longest_wait_s: seconds(sorted.at(-1)),
    over_runs: over.length,
    over_s: seconds(sum(over)),
    service_runs: service.length,
    service_s: seconds(sum(service)),
  };
}

/** Every run of a log, from the lines of its CSV. */
export function readRuns(csv: string, options: Pick<PlainOptions, 'closeStart' | 'closeEnd'>): Run[] {
  const header = Object.keys(LOG_ROLES);
  const records = csv.trimEnd().split('\n').slice(1).map(cellsOf);
  const at = (cells: Cells, role: string): string | null => cells[header.indexOf(role)] ?? null;
  const heads = new Set<string>();
  for (const cells of records) {
    for (const link of ['depends_on', 'parent', 'chain']) {
      const named = at(cells, link);
      if (named !== null && named !== at(cells, 'run_id')) heads.add(named);
    }
  }
  return records.map((cells, i) => {
    const name = (role: string) => at(cells, role) ?? '(none)';
    const [queued, eligible, started, ended] = ['queued_at', 'eligible_at', 'started_at', 'ended_at'].map(
      (role) => instant(at(cells, role)),
    );
    const links = ['depends_on', 'parent', 'chain']
      .map((role) => at(cells, role))
      .filter((link) => link !== null);
    const id = at(cells, 'run_id') ?? '';
    const chained = links.some((link) => link !== id) || (links.length > 0 && heads.has(id));
    return {
      row: i + 1,
      names: {
        activity: name('activity'),
        module: name('module'),
        user: name('user'),
        resource: name('resource'),
      },
      ready: eligible ?? queued,
      started,
      ended,
      pre: difference(queued, eligible),
      wait: difference(eligible ?? queued, started),
      service: difference(started, ended),
      window: windowOf(at(cells, 'queued_at'), options),
      chaining: chained ? 'chained' : 'standalone',
    };
  });
}

function windowOf(
  queued: string | null,
  { closeStart, closeEnd }: Pick<PlainOptions, 'closeStart' | 'closeEnd'>,
): string {
  if (queued === null) return 'unknown';
  const day = Number(queued.slice(8, 10));
  const inside =
    closeStart <= closeEnd ? day >= closeStart && day <= closeEnd : day >= closeStart || day <= closeEnd;
  return inside ? 'close' : 'open';
}

/** Microseconds since 1970, from `YYYY-MM-DD hh:mm:ss.ffffff`. */
function instant(text: string | null): bigint | undefined {
  if (text === null) return undefined;
  const [date = '', clock = ''] = text.split(' ');
  const [year, month, day] = date.split('-').map(Number);
  const [hour, minute, rest = ''] = clock.split(':');
  const [second, fraction = ''] = rest.split('.');
  const days = BigInt(Date.UTC(year ?? 0, (month ?? 1) - 1, day) / 86_400_000);
  const wholeSeconds =
    days * 86_400n + BigInt(hour ?? 0) * 3600n + BigInt(minute ?? 0) * 60n + BigInt(second ?? 0);
  return wholeSeconds * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

function difference(from: bigint | undefined, to: bigint | undefined): bigint | undefined {
  return from === undefined || to === undefined ? undefined : to - from;
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => a + b, 0n);
}

function seconds(microseconds: bigint | undefined): string {
  if (microseconds === undefined) return '';
  const digits = microseconds.toString().padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** One line of CSV whose present cells are quoted. */
function cellsOf(line: string): Cells {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|\\N)/g)].map(
    ([, text]) => text?.replaceAll('""', '"') ?? null,
  );
}
