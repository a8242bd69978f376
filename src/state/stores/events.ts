import { type Clock, canonicalJson, type Json, processRedactor } from '../../base/index.ts';
import type { Database } from '../database.ts';
import { integer, json, nullable, type RowOf, rowReader, text } from '../row.ts';

const shape = {
  id: integer,
  at: text,
  correlation_id: text,
  kind: text,
  subject_kind: text,
  subject_id: text,
  data: json,
};
const read = rowReader(shape);

/** Something that happened. What happens for a run carries the run's id as correlation id, from upload to report. */
export type Event = RowOf<typeof shape>;

export interface NewEvent {
  readonly correlation_id: string;
  /** What happened, such as `run.started`. */
  readonly kind: string;
  /** To what: `run`, `execution`, `upload`, `dataset_version` … */
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly data?: Json;
  /** When it happened; now, if left out. */
  readonly at?: string;
}

const momentShape = {
  id: integer,
  at: text,
  kind: text,
  subject_kind: text,
  subject_id: text,
  data: json,
  /** Milliseconds since the run was asked for. */
  since_created_ms: nullable(integer),
};
const readMoment = rowReader({ ...momentShape, ttfr_ms: nullable(integer), duration_ms: nullable(integer) });

/** A run's events in order, with the time to its first result and to its end, both from the moment it was asked for. */
export interface Timeline {
  readonly ttfr_ms: number | null;
  /** To the first provisional finding, which is no result. */
  readonly first_provisional_ms: number | null;
  readonly duration_ms: number | null;
  readonly moments: readonly RowOf<typeof momentShape>[];
}

// Where the machine's clock was set back in between, nothing is known of how long it took.
const millis = (from: string, to: string) =>
  `iif(unixepoch(${to}, 'subsec') < unixepoch(${from}, 'subsec'), NULL, ${millisOf(from, to)})`;
const millisOf = (from: string, to: string) =>
  `CAST(round(1000 * (unixepoch(${to}, 'subsec') - unixepoch(${from}, 'subsec'))) AS INTEGER)`;

export const EVENT_QUERIES = {
  append: `INSERT INTO events (at, correlation_id, kind, subject_kind, subject_id, data)
    VALUES ($at, $correlation_id, $kind, $subject_kind, $subject_id, $data)`,
  byCorrelation: 'SELECT * FROM events WHERE correlation_id = $correlation_id ORDER BY id',
  after: 'SELECT * FROM events WHERE correlation_id = $correlation_id AND id > $id ORDER BY id',
  bySubject: `SELECT * FROM events WHERE subject_kind = $subject_kind AND subject_id = $subject_id ORDER BY id`,
  newest: 'SELECT at FROM events WHERE id = (SELECT max(id) FROM events)',
  last: `SELECT at FROM events WHERE subject_kind = $subject_kind AND kind = $kind ORDER BY id DESC LIMIT 1`,
  lastRequest: `SELECT kind FROM events WHERE subject_kind = 'run' AND subject_id = $run_id
      AND kind IN ('run.queued', 'run.resumed', 'run.cancel_requested') ORDER BY id DESC LIMIT 1`,
  timeline: `SELECT e.id, e.at, e.kind, e.subject_kind, e.subject_id, e.data,
      ${millis('r.created_at', 'e.at')} AS since_created_ms,
      ${millis('r.created_at', 'r.first_result_at')} AS ttfr_ms,
      ${millis('r.created_at', 'r.finished_at')} AS duration_ms
    FROM events e LEFT JOIN runs r ON r.run_id = e.correlation_id
    WHERE e.correlation_id = $run_id ORDER BY e.id`,
} as const;

/** The record of what happened, append only. */
export function eventsStore(db: Database, clock: Clock) {
  return {
    append: ({ data = {}, at = clock.now(), ...event }: NewEvent): void => {
      db.run(EVENT_QUERIES.append, { ...event, data: canonicalJson(processRedactor().json(data)), at });
    },
    /** Everything of one command or run, in order. */
    byCorrelation: (correlation_id: string): readonly Event[] =>
      db.all(EVENT_QUERIES.byCorrelation, { correlation_id }, read),
    /** The same, of what came after the event with this id. */
    after: (correlation_id: string, id: number): readonly Event[] =>
      db.all(EVENT_QUERIES.after, { correlation_id, id }, read),
    /** Everything that happened to one thing, in order. */
    bySubject: (subject_kind: string, subject_id: string): readonly Event[] =>
      db.all(EVENT_QUERIES.bySubject, { subject_kind, subject_id }, read),
    /** When anything happened last; undefined where nothing ever did. */
    newestAt: (): string | undefined => db.get(EVENT_QUERIES.newest, {}, rowReader({ at: text }))?.at,
    /** When something of this kind happened last; undefined where it never did. */
    lastAt: (subject_kind: string, kind: string): string | undefined =>
      db.get(EVENT_QUERIES.last, { subject_kind, kind }, rowReader({ at: text }))?.at,
    /** True where the last that was asked of a run is to end. */
    isCancelRequested: (run_id: string): boolean =>
      db.get(EVENT_QUERIES.lastRequest, { run_id }, ({ kind }) => kind) === 'run.cancel_requested',
    /** OBS-01: one query gives a run's timeline and its time to first result. */
    timeline: (run_id: string): Timeline => {
      const rows = db.all(EVENT_QUERIES.timeline, { run_id }, readMoment);
      const moments = rows.map(({ ttfr_ms: _ttfr, duration_ms: _duration, ...moment }) => moment);
      const provisional = moments.find(({ kind }) => kind === 'finding.provisional');
      return {
        ttfr_ms: rows[0]?.ttfr_ms ?? null,
        first_provisional_ms: provisional?.since_created_ms ?? null,
        duration_ms: rows[0]?.duration_ms ?? null,
        moments,
      };
    },
  };
}
