import Type, { type Static } from 'typebox';
import { Coverage, closed, oneOf, Sha256Schema } from './common.ts';
import { ColumnType, IngestReport, RoleMap } from './dataset.ts';
import { KnownIssueResult } from './known-issue.ts';
import { LimitName } from './limits.ts';
import { NotLookedFor } from './plugin-output.ts';
import { Chart, ClosedLedgerEntry, DerivedColumn, FieldValue, Finding, LedgerFamily } from './result.ts';

export const OUTCOME_STATUSES = [
  'ok',
  'not_applicable',
  'failed',
  'timed_out',
  'out_of_memory',
  'limit_exceeded',
  'denied',
  'invalid_output',
  'upstream_failed',
  'cancelled',
] as const;

/** How one plugin of a run ended. */
export const OutcomeStatus = oneOf(...OUTCOME_STATUSES);
export type OutcomeStatus = Static<typeof OutcomeStatus>;

export const PluginOutcome = closed({
  plugin_id: Type.String(),
  plugin_version: Type.String(),
  title: Type.String(),
  question: Type.String(),
  type: oneOf('profile', 'analysis', 'report', 'llm'),
  status: OutcomeStatus,
  /** Why, where it is not `ok`; empty otherwise. */
  reason: Type.String(),
  /** The limit that ended it, where one did. */
  limit: Type.Optional(LimitName),
  findings: Type.Integer(),
  notes: Type.Array(Type.String()),
  /** Findings that it could not look for in this table: no known issue is confirmed or missing by them. */
  not_looked_for: Type.Optional(Type.Array(NotLookedFor)),
  /** Hosts of the network that it was allowed to reach: then what it says can't be repeated bit for bit. */
  network_hosts: Type.Optional(Type.Array(Type.String())),
  /** Roles it needs: every entry, each satisfied by any one of its alternatives. */
  needs_roles: Type.Array(Type.Array(Type.String())),
  /** Its settings as they were in force, defaults included. */
  settings: Type.Record(Type.String(), Type.Unknown()),
});
export type PluginOutcome = Static<typeof PluginOutcome>;

export const MethodNote = closed({
  plugin_id: Type.String(),
  title: Type.String(),
  question: Type.String(),
  method: closed({ name: Type.String(), reference: Type.String() }),
  assumptions: Type.Array(Type.String()),
  misleads_when: Type.Array(Type.String()),
});
export type MethodNote = Static<typeof MethodNote>;

/** `report.json`: content only, the same bytes on every rerun. No run id, file name, path or time. */
export const Report = closed(
  {
    schema_version: Type.Literal('report.v1'),
    kind: oneOf('real', 'synthetic'),
    dataset: closed({
      dataset_version_id: Sha256Schema,
      parts: Type.Array(
        closed({
          part_id: Sha256Schema,
          upload_sha256: Sha256Schema,
          rows: Type.Integer(),
          parquet_file: Type.String(),
        }),
      ),
      rows: Type.Integer(),
      columns: Type.Array(
        closed({ name: Type.String(), sql_name: Type.String(), type: ColumnType, missing: Type.Integer() }),
      ),
      /** The complete statement that makes the relation `data` from the Parquet files named in `parts`. */
      create_view_sql: Type.String(),
    }),
    coverage: Coverage,
    roles: RoleMap,
    data_quality: closed({
      rejected_rows: Type.Integer(),
      notes: Type.Array(Type.String()),
      ingest: Type.Array(IngestReport),
    }),
    /** In order of rank: score, then id. */
    findings: Type.Array(Finding),
    /**
     * Findings that tell the same of the same columns by other means, in order of rank: `leads` is the first of them, and
     * `also` are the others. Findings that stand alone are in none.
     */
    groups: Type.Array(
      closed({
        about: Type.Array(Type.String()),
        question: oneOf('relation', 'change', 'extremes'),
        leads: Sha256Schema,
        also: Type.Array(Sha256Schema, { minItems: 1 }),
      }),
    ),
    recommendations: Type.Array(Type.Unknown()),
    /** What the run says of each issue that its ERP knows, in the order of the ERP. */
    known_issues: Type.Array(KnownIssueResult),
    metrics: Type.Record(Type.String(), Type.Record(Type.String(), FieldValue)),
    charts: Type.Record(Type.String(), Type.Array(Chart)),
    plugins: Type.Array(PluginOutcome),
    derived_columns: Type.Array(DerivedColumn),
    ledger: closed({
      q: Type.Number(),
      tested: Type.Integer(),
      /** By plugin id, then family. */
      families: Type.Array(LedgerFamily),
      /** By p-value, then plugin id, then label. */
      entries: Type.Array(ClosedLedgerEntry),
    }),
    methods: Type.Array(MethodNote),
  },
  { $id: 'report.v1' },
);
export type Report = Static<typeof Report>;
