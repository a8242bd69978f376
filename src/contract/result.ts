import Type, { type Static, type TUnsafe } from 'typebox';
import { Cell, Coverage, closed, HALVED_BY, oneOf, REPLICATIONS, Sha256Schema } from './common.ts';
import { NotLookedFor } from './plugin-output.ts';

/** A number, a name or null, filled in by the host. `exact` stands beside a number that no double holds. */
export const FieldValue = closed({
  value: Type.Union([Type.Number(), Type.String(), Type.Null()]),
  exact: Type.Optional(Type.String()),
  unit: Type.Optional(Type.String()),
});
export type FieldValue = Static<typeof FieldValue>;

const RowCitation = closed({ part: Type.Integer({ minimum: 1 }), row_number: Type.Integer({ minimum: 1 }) });

/** A query over `data` that anyone can repeat with DuckDB and the Parquet parts. */
export interface QueryEvidence {
  readonly kind: 'query';
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
  readonly result_sha256: string;
  readonly row_count: number;
  readonly yields: Readonly<Record<string, { readonly row: number; readonly column: string }>>;
  /** The rows in point, up to 100; `rows_total` says how many there are. */
  readonly rows?: readonly { readonly part: number; readonly row_number: number }[];
  readonly rows_total?: number;
}

/** A number that no SQL gives: how, with which parameters, from which evidence. */
export interface DerivationEvidence {
  readonly kind: 'derivation';
  readonly method: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Field → name of the value, for the fields this derivation yields. */
  readonly yields: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, FieldValue>>;
  /** `host`: an exact accumulator of the engine; `plugin`: computed in the sandbox. */
  readonly by: 'host' | 'plugin';
  readonly inputs: readonly Evidence[];
}

export type Evidence = QueryEvidence | DerivationEvidence;

export const QueryEvidenceSchema = closed({
  kind: Type.Literal('query'),
  sql: Type.String(),
  parameters: Type.Array(Cell),
  result_sha256: Sha256Schema,
  row_count: Type.Integer(),
  yields: Type.Record(Type.String(), closed({ row: Type.Integer(), column: Type.String() })),
  rows: Type.Optional(Type.Array(RowCitation, { maxItems: 100 })),
  rows_total: Type.Optional(Type.Integer()),
});

const evidenceBranches = (inner: object) => [
  QueryEvidenceSchema,
  closed({
    kind: Type.Literal('derivation'),
    method: Type.String(),
    parameters: Type.Record(Type.String(), Type.Unknown()),
    yields: Type.Record(Type.String(), Type.String()),
    values: Type.Record(Type.String(), FieldValue),
    by: oneOf('host', 'plugin'),
    inputs: Type.Unsafe<readonly Evidence[]>({ type: 'array', items: inner }),
  }),
];

/** Evidence; inputs of derivations are evidence again, checked when they are read. */
export const EvidenceSchema: TUnsafe<Evidence> = Type.Unsafe<Evidence>({
  anyOf: evidenceBranches({ type: 'object', required: ['kind'] }),
});

const claim = {
  title: Type.String(),
  statement: Type.String(),
  fields: Type.Record(Type.String(), FieldValue),
  estimate: Type.Optional(
    closed({
      name: Type.String(),
      value: Type.Union([Type.Number(), Type.String(), Type.Null()]),
      unit: Type.Optional(Type.String()),
      confidence_interval: Type.Optional(
        closed({
          low: Type.Union([Type.Number(), Type.Null()]),
          high: Type.Union([Type.Number(), Type.Null()]),
          level: Type.Number(),
        }),
      ),
    }),
  ),
  effect_size: Type.Optional(
    closed({ name: Type.String(), value: Type.Union([Type.Number(), Type.Null()]) }),
  ),
  test: Type.Optional(
    closed({
      /** Of its entry in the ledger. */
      label: Type.String(),
      name: Type.String(),
      statistic: Type.Number(),
      p_value: Type.Number(),
      family: Type.String(),
      /** Null in a plugin's own result; filled in when the ledger of the run is closed. */
      q_value: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
  replication: Type.Optional(
    closed({
      by: oneOf(...HALVED_BY),
      holds: oneOf(...REPLICATIONS),
      /** The estimate in each half; null where the half is too small for one. */
      first: FieldValue,
      second: FieldValue,
    }),
  ),
  evidence: Type.Array(EvidenceSchema),
  charts: Type.Array(Type.String()),
};

export const FindingItem = closed(claim);
export type FindingItem = Static<typeof FindingItem>;

/** One claim, with everything that stands behind it. */
export const Finding = closed(
  {
    id: Sha256Schema,
    plugin_id: Type.String(),
    kind: Type.String(),
    ...claim,
    basis: oneOf('MEASURED', 'MODELED'),
    confidence: closed({
      value: Type.Union([Type.Number(), Type.Null()]),
      how: oneOf('exact_count', 'interval', 'tested', 'model_check'),
    }),
    coverage: Coverage,
    target: Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())])),
    scope: Type.Record(Type.String(), Type.String()),
    /** Columns, of the table or derived, that it is about: names in SQL, sorted. */
    about: Type.Array(Type.String()),
    items: Type.Array(FindingItem),
    assumptions: Type.Array(Type.String()),
    limitations: Type.Array(Type.String()),
    severity: oneOf('info', 'notice', 'warning', 'serious'),
    score: closed({
      value: Type.Number(),
      parts: closed({
        evidence: Type.Number(),
        effect: Type.Number(),
        reach: Type.Number(),
        actionability: Type.Number(),
      }),
    }),
    /** Only in a report: the known issues that it, or one of its items, repeats. */
    repeats: Type.Optional(
      closed({
        issues: Type.Array(Type.String(), { minItems: 1 }),
        /** It says nothing that is not known; false where only some of its items are. */
        whole: Type.Boolean(),
      }),
    ),
  },
  { $id: 'finding.v1' },
);
export type Finding = Static<typeof Finding>;

/** A chart with its data inside: no code, nothing fetched. */
export const Chart = closed({
  name: Type.String(),
  title: Type.String(),
  alternative: Type.String(),
  /** A complete Vega-Lite spec. */
  spec: Type.Record(Type.String(), Type.Unknown()),
  evidence: QueryEvidenceSchema,
});
export type Chart = Static<typeof Chart>;

/** A named SQL expression over `data` that a plugin's queries use; it is inlined in their evidence. */
export const DerivedColumn = closed({ plugin_id: Type.String(), name: Type.String(), sql: Type.String() });
export type DerivedColumn = Static<typeof DerivedColumn>;

/** A committed file of a plugin, as content. */
export const ArtifactContent = closed({
  path: Type.String(),
  sha256: Sha256Schema,
  bytes: Type.Integer(),
  media_type: Type.String(),
  title: Type.String(),
  keep: Type.Boolean(),
});
export type ArtifactContent = Static<typeof ArtifactContent>;

const ledgerEntry = {
  plugin_id: Type.String(),
  label: Type.String(),
  family: Type.String(),
  hypothesis: Type.String(),
  statistic: closed({ name: Type.String(), value: Type.Number() }),
  p_value: Type.Number(),
  n: Type.Integer(),
  /** True where the tests of its family depend on each other by construction. */
  dependent: Type.Boolean(),
};

/** One hypothesis as a plugin's result holds it. */
export const LedgerEntry = closed(ledgerEntry);
export type LedgerEntry = Static<typeof LedgerEntry>;

/** One hypothesis after the ledger of the whole run was closed. */
export const ClosedLedgerEntry = closed({
  ...ledgerEntry,
  q_value: Type.Number(),
  /** `kept` or `dropped` with the finding or item that cites it; `not_claimed` where none does. */
  outcome: oneOf('kept', 'dropped', 'not_claimed'),
});
export type ClosedLedgerEntry = Static<typeof ClosedLedgerEntry>;

/** The tests of one plugin that answer one question together. */
export const LedgerFamily = closed({
  plugin_id: Type.String(),
  family: Type.String(),
  tested: Type.Integer(),
  dependent: Type.Boolean(),
  /** What its p-values are multiplied by before the pass: 1, or the harmonic sum of `tested` where dependent. */
  factor: Type.Number(),
});
export type LedgerFamily = Static<typeof LedgerFamily>;

/** `results/<plugin_id>.json`: content only, the same bytes on every rerun. */
export const PluginResult = closed(
  {
    schema_version: Type.Literal('plugin_result.v1'),
    plugin_id: Type.String(),
    plugin_version: Type.String(),
    coverage: Coverage,
    notes: Type.Array(Type.String()),
    not_looked_for: Type.Optional(Type.Array(NotLookedFor)),
    findings: Type.Array(Finding),
    metrics: Type.Record(Type.String(), FieldValue),
    /** What yields the metrics; fields are their names. */
    metric_evidence: Type.Array(EvidenceSchema),
    tests: Type.Array(LedgerEntry),
    charts: Type.Array(Chart),
    artifacts: Type.Array(ArtifactContent),
    derived_columns: Type.Array(DerivedColumn),
  },
  { $id: 'plugin_result.v1' },
);
export type PluginResult = Static<typeof PluginResult>;
