import { type Clock, canonicalJson, HarnessError, redact, type Sha256 } from '../../base/index.ts';
import { RUN_STATUSES, type RunStatus } from '../../contract/index.ts';
import type { Database } from '../database.ts';
import { isIdPrefix, onlyMatch, prefixRange } from '../identifier-lookup.ts';
import { Owner } from '../owner.ts';
import { document, hash, integer, json, member, nullable, type RowOf, rowReader, text } from '../row.ts';
import { KINDS, type Kind } from './dataset-versions.ts';

export const PINS = ['artifacts', 'data'] as const;
export type Pin = (typeof PINS)[number];

const shape = {
  /** Counts the runs of this appdata in the order of their creation. */
  ordinal: integer,
  run_id: text,
  fingerprint: hash,
  dataset: text,
  dataset_version_id: hash,
  kind: member(KINDS),
  status: member(RUN_STATUSES),
  /** Why it ended as it did; empty where there is nothing to say. */
  reason: text,
  config: json,
  owner: document(Owner),
  created_at: text,
  started_at: nullable(text),
  first_result_at: nullable(text),
  finished_at: nullable(text),
  manifest_sha256: nullable(hash),
  findings: nullable(integer),
  plugins_ok: nullable(integer),
  plugins_reused: nullable(integer),
  plugins_failed: nullable(integer),
  plugins_not_applicable: nullable(integer),
  /** When it was put into the trash; null where it is in the list. */
  deleted_at: nullable(text),
  /** `artifacts`: never deleted by a policy; `data`: what it was made of stays too. */
  pinned: nullable(member(PINS)),
};
const read = rowReader(shape);

/** A run as the database knows it; times are ISO 8601 in UTC. */
export type Run = RowOf<typeof shape>;

export interface NewRun {
  readonly run_id: string;
  readonly fingerprint: Sha256;
  /** Name of a dataset that lists the version. */
  readonly dataset: string;
  readonly dataset_version_id: Sha256;
  readonly kind: Kind;
  /** The resolved configuration. */
  readonly config: unknown;
  readonly owner: Owner;
  /** When the operator asked for it, if that was earlier than now: the time to the first result counts from here. */
  readonly created_at?: string;
}

export interface RunCounts {
  readonly findings: number;
  readonly plugins_ok: number;
  readonly plugins_reused: number;
  readonly plugins_failed: number;
  readonly plugins_not_applicable: number;
}

/** How a run ended: with a sealed manifest, or without. */
export type RunEnd =
  | {
      readonly status: 'COMPLETED' | 'PARTIAL';
      readonly manifest_sha256: Sha256;
      readonly counts: RunCounts;
      readonly reason?: string;
      /** As the manifest has them; as they were noted before, and now, if left out. */
      readonly started_at?: string;
      readonly first_result_at?: string | null;
      readonly finished_at?: string;
    }
  | { readonly status: 'FAILED' | 'ABORTED' | 'CANCELLED'; readonly reason: string };

export interface RunFilter {
  readonly limit?: number;
  readonly status?: RunStatus;
  readonly dataset?: string;
  /** The runs in the trash rather than those in the list. */
  readonly deleted?: boolean;
  /** Only runs created before the one with this ordinal: the next page. */
  readonly before?: number;
}

/** What runs are sought by; what is left out does not matter. */
export interface RunSearch {
  readonly status?: RunStatus;
  readonly dataset?: string;
  /** Those of its datasets. */
  readonly erp?: string;
  /** Those that it belonged to, whether it was executed, taken over, or failed. */
  readonly plugin?: string;
  /** Created at this instant or later. */
  readonly since?: string;
  /** Created before this instant. */
  readonly until?: string;
  readonly before?: number;
  readonly limit: number;
}

const SELECT = `SELECT r.ordinal, r.run_id, r.fingerprint, d.name AS dataset, r.dataset_version_id, r.kind, r.status,
    r.reason, r.config, r.owner, r.created_at, r.started_at, r.first_result_at, r.finished_at, r.manifest_sha256,
    r.findings, r.plugins_ok, r.plugins_reused, r.plugins_failed, r.plugins_not_applicable,
    r.deleted_at, r.pinned
  FROM runs r CROSS JOIN datasets d ON d.id = r.dataset_id`;
const PAGE = 'r.deleted_at IS NULL AND r.ordinal < $before ORDER BY r.ordinal DESC LIMIT $limit';
const OF_DATASET = 'r.dataset_id = (SELECT id FROM datasets WHERE name = $dataset)';

export const RUN_QUERIES = {
  create: `INSERT INTO runs
      (run_id, fingerprint, dataset_id, dataset_version_id, kind, status, reason, config, owner, created_at)
    VALUES ($run_id, $fingerprint, (SELECT id FROM datasets WHERE name = $dataset), $dataset_version_id, $kind,
      'QUEUED', '', $config, $owner, $created_at)`,
  start: `UPDATE runs SET status = 'RUNNING', owner = $owner, reason = '', finished_at = NULL,
      started_at = coalesce(started_at, $at)
    WHERE run_id = $run_id AND status = 'QUEUED'`,
  requeue: `UPDATE runs SET status = 'QUEUED', owner = $owner, reason = '', finished_at = NULL
    WHERE run_id = $run_id AND status IN ('ABORTED', 'CANCELLED', 'FAILED') AND deleted_at IS NULL`,
  markFirstResult: `UPDATE runs SET first_result_at = $at WHERE run_id = $run_id AND first_result_at IS NULL`,
  end: `UPDATE runs SET status = $status, reason = $reason, finished_at = $at
    WHERE run_id = $run_id AND status IN ('QUEUED', 'RUNNING')`,
  seal: `UPDATE runs SET status = $status, reason = $reason, finished_at = $at,
      started_at = coalesce($started_at, started_at), first_result_at = coalesce($first_result_at, first_result_at),
      manifest_sha256 = $manifest_sha256,
      findings = $findings, plugins_ok = $plugins_ok, plugins_reused = $plugins_reused,
      plugins_failed = $plugins_failed, plugins_not_applicable = $plugins_not_applicable
    WHERE run_id = $run_id AND status = 'RUNNING'`,
  get: `${SELECT} WHERE r.run_id = $run_id`,
  byPrefix: `${SELECT} WHERE r.run_id >= $low AND r.run_id < $high ORDER BY r.run_id`,
  list: `${SELECT} WHERE ${PAGE}`,
  listByStatus: `${SELECT} WHERE r.status = $status AND ${PAGE}`,
  listByDataset: `${SELECT} WHERE ${OF_DATASET} AND ${PAGE}`,
  listByDatasetAndStatus: `${SELECT} WHERE ${OF_DATASET} AND r.status = $status AND ${PAGE}`,
  search: `${SELECT} WHERE ($status IS NULL OR r.status = $status)
    AND ($dataset IS NULL OR d.name = $dataset)
    AND ($erp IS NULL OR d.name IN (SELECT dataset FROM erp_datasets WHERE erp = $erp))
    AND ($since IS NULL OR r.created_at >= $since) AND ($until IS NULL OR r.created_at < $until)
    AND ($plugin IS NULL OR EXISTS (SELECT 1 FROM executions e WHERE e.run_id = r.run_id
      AND e.plugin_id = $plugin AND e.status <> 'not_applicable'))
    AND ${PAGE}`,
  listDeleted: `${SELECT} WHERE r.deleted_at IS NOT NULL AND r.ordinal < $before ORDER BY r.ordinal DESC LIMIT $limit`,
  setDeleted: 'UPDATE runs SET deleted_at = $deleted_at WHERE run_id = $run_id',
  setPinned: 'UPDATE runs SET pinned = $pinned WHERE run_id = $run_id',
  purgeExecutions: 'DELETE FROM executions WHERE run_id = $run_id',
  purgeArtifacts: 'DELETE FROM artifacts WHERE run_id = $run_id',
  purgeRun: 'DELETE FROM runs WHERE run_id = $run_id AND deleted_at IS NOT NULL',
  underWay: `${SELECT} WHERE r.status IN ('QUEUED', 'RUNNING') ORDER BY r.ordinal`,
} as const;

const ANYTHING = { status: null, dataset: null, erp: null, plugin: null, since: null, until: null };

/** Runs, from the question to the sealed manifest. A change that the run's status forbids throws (it is a bug). */
export function runsStore(db: Database, clock: Clock) {
  const get = (run_id: string): Run | undefined => db.get(RUN_QUERIES.get, { run_id }, read);
  const list = (filter: RunFilter = {}): readonly Run[] =>
    db.all(listQuery(filter), listParameters(filter), read);

  return {
    /** Notes a run as QUEUED. Its dataset version must be recorded under the dataset. */
    create: ({ config, owner, created_at, ...run }: NewRun): void => {
      const at = created_at ?? clock.now();
      db.run(RUN_QUERIES.create, {
        ...run,
        config: canonicalJson(config),
        owner: canonicalJson(owner),
        created_at: at,
      });
    },
    /** ABORTED, CANCELLED or FAILED → QUEUED again; false where it is none of them, so that of two only one resumes it. */
    requeue: (run_id: string, owner: Owner): boolean =>
      db.run(RUN_QUERIES.requeue, { run_id, owner: canonicalJson(owner) }) === 1,
    /** QUEUED → RUNNING. `started_at` stays that of the first start. */
    start: (run_id: string, owner: Owner): void => {
      const changed = db.run(RUN_QUERIES.start, { run_id, owner: canonicalJson(owner), at: clock.now() });
      if (changed !== 1) throw new Error(`run ${run_id} can not be started`);
    },
    /** Notes when the first result was there; later calls change nothing. */
    markFirstResult: (run_id: string): void => {
      db.run(RUN_QUERIES.markFirstResult, { run_id, at: clock.now() });
    },
    /** Under way → its end. */
    finish: (run_id: string, end: RunEnd): void => {
      if (finish(db, run_id, end, clock) !== 1) throw new Error(`run ${run_id} can not end as ${end.status}`);
    },
    get,
    /**
     * The run that `text` means: `latest`, or the beginning of an id. One in the trash is refused unless asked for.
     * Errors: SH_RUN_NONE, SH_RUN_UNKNOWN, SH_RUN_DELETED, SH_ID_AMBIGUOUS.
     */
    find: (text: string, { deleted = false }: { readonly deleted?: boolean } = {}): Run => {
      const run = text === 'latest' ? list({ limit: 1, deleted })[0] : findByPrefix(db, text);
      if (run !== undefined) return deleted ? run : refuseDeleted(run);
      throw text === 'latest'
        ? new HarnessError('SH_RUN_NONE', {})
        : new HarnessError('SH_RUN_UNKNOWN', { id: text });
    },
    /** Runs, the newest first; 50 unless told. */
    list,
    /** Those in the list that are sought, the newest first. */
    search: ({ before = Number.MAX_SAFE_INTEGER, limit, ...sought }: RunSearch): readonly Run[] =>
      db.all(RUN_QUERIES.search, { ...ANYTHING, ...sought, before, limit }, read),
    /** Runs that are QUEUED or RUNNING, the oldest first. */
    underWay: (): readonly Run[] => db.all(RUN_QUERIES.underWay, {}, read),
    /** Puts a run into the trash (now, unless told), or takes it out. Its folder follows. */
    setDeleted: (run_id: string, deleted: boolean, at = clock.now()): void => {
      db.run(RUN_QUERIES.setDeleted, { run_id, deleted_at: deleted ? at : null });
    },
    /** What stays of a run whatever a policy says; null for nothing. */
    setPinned: (run_id: string, pinned: Pin | null): void => {
      db.run(RUN_QUERIES.setPinned, { run_id, pinned });
    },
    /** Forgets a run in the trash: its row, executions and artifacts. Its link in the chain and its events stay. */
    purge: (run_id: string): void =>
      db.atomically(() => {
        db.run(RUN_QUERIES.purgeExecutions, { run_id });
        db.run(RUN_QUERIES.purgeArtifacts, { run_id });
        if (db.run(RUN_QUERIES.purgeRun, { run_id }) !== 1)
          throw new Error(`run ${run_id} is not in the trash`);
      }),
  };
}

function refuseDeleted(run: Run): Run {
  if (run.deleted_at === null) return run;
  throw new HarnessError('SH_RUN_DELETED', { id: run.run_id, deleted_at: run.deleted_at });
}

function finish(db: Database, run_id: string, end: RunEnd, clock: Clock): number {
  const { status } = end;
  const reason = redact(end.reason ?? '');
  if (status === 'COMPLETED' || status === 'PARTIAL') {
    const { manifest_sha256, counts, started_at = null, first_result_at = null, finished_at } = end;
    const times = { started_at, first_result_at, at: finished_at ?? clock.now() };
    return db.run(RUN_QUERIES.seal, { run_id, status, reason, ...times, manifest_sha256, ...counts });
  }
  return db.run(RUN_QUERIES.end, { run_id, status, reason, at: clock.now() });
}

function listQuery({ status, dataset, deleted }: RunFilter): string {
  if (deleted === true) return RUN_QUERIES.listDeleted;
  if (dataset === undefined) return status === undefined ? RUN_QUERIES.list : RUN_QUERIES.listByStatus;
  return status === undefined ? RUN_QUERIES.listByDataset : RUN_QUERIES.listByDatasetAndStatus;
}

function listParameters({ limit = 50, before = Number.MAX_SAFE_INTEGER, status, dataset }: RunFilter) {
  return {
    limit,
    before,
    ...(status === undefined ? {} : { status }),
    ...(dataset === undefined ? {} : { dataset }),
  };
}

function findByPrefix(db: Database, text: string): Run | undefined {
  const prefix = text.toLowerCase();
  if (!isIdPrefix(prefix)) return undefined;
  return onlyMatch(db.all(RUN_QUERIES.byPrefix, prefixRange(prefix), read), text, 'runs');
}
