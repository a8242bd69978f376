import Type from 'typebox';
import { millisBetween } from '../base/index.ts';
import { check } from '../contract/index.ts';
import { MOST_CHUNKS } from '../pipeline/index.ts';
import type { App } from './app.ts';

/** A span of a run, as stored events have it, in milliseconds from when the run was asked for. */
export interface TimelineBar {
  /** `stage`: of the run; `waiting` and `executing`: of a plugin; `chunk`: of a plugin, part of its executing. */
  readonly kind: 'stage' | 'waiting' | 'executing' | 'chunk';
  /** The stage in words, or the plugin's id. */
  readonly what: string;
  /** What it waited for, how it ended, or the chunk's number from 1; empty where that is not known. */
  readonly detail: string;
  /** Taken over from earlier. */
  readonly reused: boolean;
  readonly from_ms: number;
  /** Null while it goes on. */
  readonly to_ms: number | null;
}

/** When everything of a run began and ended, from its stored events alone. */
export interface RunTimeline {
  readonly run_id: string;
  readonly created_at: string;
  readonly first_provisional_ms: number | null;
  readonly ttfr_ms: number | null;
  readonly duration_ms: number | null;
  readonly stages: readonly TimelineBar[];
  readonly plugins: readonly TimelineBar[];
  /**
   * When plugins that go through the table in chunks had each of them, the first 500 of a plugin; those under way are not
   * among them. One that a resumed run took over from itself is told once, when it was computed.
   */
  readonly chunks: readonly TimelineBar[];
  /** The plugins that had more chunks than are told. */
  readonly more_chunks: readonly string[];
}

type Moment = ReturnType<App['state']['events']['timeline']>['moments'][number];

const Waiting = Type.Object({ waits_for: Type.String() });
const Ended = Type.Object({ status: Type.String(), reused: Type.Optional(Type.Boolean()) });

/** The timeline of a run as bars, also of one under way (OBS-04). */
export function showTimeline(app: App, id: string): RunTimeline {
  const { run_id, created_at } = app.state.runs.find(id);
  const { moments, ...times } = app.state.events.timeline(run_id);
  const all = moments.flatMap((moment) => chunkOf(moment, created_at));
  const byPlugin = [...Map.groupBy(all, ({ what }) => what)].map(
    ([id, told]) => [id, eachOnce(told)] as const,
  );
  const told = new Set(byPlugin.flatMap(([, chunks]) => chunks.slice(0, MOST_CHUNKS)));
  return {
    ...{ run_id, created_at, ...times },
    stages: stagesOf(moments),
    plugins: pluginsOf(moments),
    chunks: all.filter((bar) => told.has(bar)),
    more_chunks: byPlugin.flatMap(([id, { length }]) => (length > MOST_CHUNKS ? [id] : [])),
  };
}

/** What each event of a run begins; what is not named here ends nothing. */
const STAGES: Readonly<Record<string, string>> = {
  'dataset_version.recorded': 'planning',
  'run.queued': 'queued',
  'run.resumed': 'queued again',
  'run.started': 'executing',
};

/** Reading begins when the run is asked for; writing, when the last plugin has ended. */
function stagesOf(moments: readonly Moment[]): TimelineBar[] {
  const finished = moments.find(({ kind }) => kind === 'run.finished');
  const lastExecution = moments.findLast(({ kind }) => kind === 'execution.finished');
  const begins = moments.flatMap((moment) => {
    const what = STAGES[moment.kind];
    return what === undefined ? [] : [{ what, at: at(moment) }];
  });
  const all = [
    { what: 'reading', at: 0 },
    ...begins,
    ...(finished !== undefined && lastExecution !== undefined
      ? [{ what: 'writing the report', at: at(lastExecution) }]
      : []),
  ];
  return all.map(({ what, at: from_ms }, i) => ({
    kind: 'stage',
    what,
    detail: '',
    reused: false,
    from_ms,
    to_ms: all[i + 1]?.at ?? (finished === undefined ? null : at(finished)),
  }));
}

/** Every plugin's times of waiting, one for each thing that it waited for, and its execution. */
function pluginsOf(moments: readonly Moment[]): TimelineBar[] {
  const byPlugin = Map.groupBy(
    moments.filter(({ kind }) => kind.startsWith('execution.')),
    ({ subject_id }) => subject_id,
  );
  return [...byPlugin.values()].flatMap((own) =>
    own.flatMap((moment, i) => {
      const next = own[i + 1];
      const to_ms = next === undefined ? null : at(next);
      if (moment.kind === 'execution.queued') return [waiting(moment, to_ms)];
      return moment.kind === 'execution.started' ? [executing(moment, next)] : onlyEnd(moment, own[i - 1]);
    }),
  );
}

function waiting(moment: Moment, to_ms: number | null): TimelineBar {
  const data = check(Waiting, moment.data);
  const detail = data.ok ? data.value.waits_for.replaceAll('_', ' ') : '';
  return { kind: 'waiting', what: moment.subject_id, detail, reused: false, from_ms: at(moment), to_ms };
}

function executing(moment: Moment, end: Moment | undefined): TimelineBar {
  const ended = check(Ended, end?.data);
  return {
    kind: 'executing',
    what: moment.subject_id,
    detail: ended.ok ? ended.value.status : '',
    reused: ended.ok && ended.value.reused === true,
    from_ms: at(moment),
    to_ms: end === undefined ? null : at(end),
  };
}

/** A result that was there already, or a plugin that could not begin: it ends without having started. */
function onlyEnd(moment: Moment, before: Moment | undefined): TimelineBar[] {
  if (moment.kind !== 'execution.finished' || before?.kind === 'execution.started') return [];
  return [{ ...executing(moment, moment), from_ms: at(moment), to_ms: at(moment) }];
}

const Chunk = Type.Object({ chunk: Type.Integer(), from: Type.String(), taken_over: Type.Boolean() });

function chunkOf(moment: Moment, createdAt: string): TimelineBar[] {
  const data = check(Chunk, moment.data);
  if (moment.kind !== 'chunk.finished' || !data.ok) return [];
  const { chunk, from, taken_over: reused } = data.value;
  const from_ms = millisBetween(createdAt, from);
  const what = moment.subject_id;
  return [{ kind: 'chunk', what, detail: String(chunk), reused, from_ms, to_ms: at(moment) }];
}

/** Every chunk of a plugin as it came about last: whoever takes it over again adds nothing. */
function eachOnce(told: readonly TimelineBar[]): readonly TimelineBar[] {
  const chunks = new Map<string, TimelineBar>();
  for (const bar of told) if (!bar.reused || !chunks.has(bar.detail)) chunks.set(bar.detail, bar);
  return [...chunks.values()];
}

function at({ since_created_ms }: Moment): number {
  return since_created_ms ?? 0;
}
