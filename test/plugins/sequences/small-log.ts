import type { PluginResult } from '../../../src/contract/index.ts';
import { rolesOf, withTable } from '../make-table.ts';
import { analyseLog, smallLog } from '../process-log.ts';
import { type InProcess, runInProcess } from '../run-in-process.ts';

/** A run of a log: times of 2025-01-10 as `hh:mm[:ss]`, or in full; links by id. */
export interface SmallRun {
  readonly id: string;
  readonly job: string;
  readonly queued?: string;
  readonly eligible?: string;
  readonly start?: string;
  readonly end?: string;
  readonly dep?: string;
  readonly parent?: string;
  readonly chain?: string;
  readonly host?: string;
  readonly user?: string;
  readonly duration?: string;
}

const HEADERS = {
  id: 'PROCESS_QUEUE_ID',
  job: 'PROCESS_ID',
  queued: 'QUEUE_DT',
  eligible: 'ELIGIBLE_DT',
  start: 'START_DT',
  end: 'END_DT',
  dep: 'DEP_PROCESS_QUEUE_ID',
  parent: 'PARENT_PROCESS_QUEUE_ID',
  chain: 'MASTER_PROCESS_QUEUE_ID',
  host: 'LOCAL_MACHINE_ID',
  user: 'USER_ID',
  duration: 'DURATION_SEC',
} as const;
const NAMES = Object.keys(HEADERS) as (keyof SmallRun)[];

/** An event of a case, its time as those of `SmallRun`. */
export type SmallEvent = readonly [
  caseId: string,
  activity: string,
  time: string,
  resource?: string,
  phase?: string,
];

/** The result of a plugin, and the files that it handed over. */
export type Analysed = Omit<PluginResult, 'artifacts'> & Pick<InProcess, 'artifacts'>;

/** Runs a built-in plugin on a log of runs; columns that no run has are left out. */
export async function analyseRuns(
  plugin: string,
  runs: readonly SmallRun[],
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Analysed> {
  const all = smallLog(...runs.map((run) => Object.fromEntries(cellsOf(run))));
  const kept = all.columns.flatMap((_, at) => (all.rows.some((row) => row[at] !== null) ? [at] : []));
  const table = {
    columns: all.columns.filter((_, at) => kept.includes(at)),
    rows: all.rows.map((row) => kept.map((at) => row[at] ?? null)),
  };
  return analysed(await analyseLog(plugin, table, settings));
}

/** The same on a log of events. */
export async function analyseEvents(
  plugin: string,
  events: readonly SmallEvent[],
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Analysed> {
  const roles = rolesOf({
    ...{ case: 'trace', activity: 'step', event_timestamp: 'at' },
    ...{ resource: 'who', lifecycle: 'phase' },
  });
  const names = ['trace', 'step', 'at', 'who', 'phase'];
  const table = {
    columns: names.map((name) => ({ name, type: { kind: name === 'at' ? 'timestamp' : 'text' } as const })),
    rows: events.map(([trace, step, at, who = 'x', phase = 'complete']) => [
      trace,
      step,
      stamp(at),
      who,
      phase,
    ]),
  };
  return withTable(table, async (dataset) => analysed(await runInProcess(plugin, dataset, roles, settings)));
}

/** The rows of a CSV file that a plugin handed over; none of its cells holds a comma. */
export function rowsOf(run: Analysed, path: string): Record<string, string>[] {
  const [header = '', ...lines] = (run.artifacts.get(path) ?? '').trimEnd().split('\n');
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((text, i) => [header.split(',')[i] ?? '', text])),
  );
}

/** The numbers of a finding by name. */
export function valuesOf(run: Analysed, kind: string, at = 0): Record<string, unknown> {
  const found = run.findings.filter((finding) => finding.kind === kind)[at];
  if (found === undefined) throw new Error(`no ${kind}: ${run.findings.map((f) => f.kind).join(', ')}`);
  return Object.fromEntries(Object.entries(found.fields).map(([name, { value }]) => [name, value]));
}

/** Row numbers that a finding cites. */
export function citedRows(run: Analysed, kind: string): number[] {
  const evidence = run.findings.find((finding) => finding.kind === kind)?.evidence ?? [];
  return evidence
    .flatMap((one) => (one.kind === 'query' ? (one.rows ?? []) : []))
    .map((row) => row.row_number);
}

function analysed({ result, artifacts }: InProcess): Analysed {
  return { ...result, artifacts };
}

function cellsOf(run: SmallRun): [string, string][] {
  return NAMES.flatMap((name): [string, string][] => {
    const text = run[name];
    if (text === undefined) return [];
    return [[HEADERS[name], ['queued', 'eligible', 'start', 'end'].includes(name) ? stamp(text) : text]];
  });
}

function stamp(text: string): string {
  if (text.length > 8) return text;
  return `2025-01-10 ${text.length === 5 ? `${text}:00` : text}`;
}
