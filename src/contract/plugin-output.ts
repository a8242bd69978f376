import Type, { type Static } from 'typebox';
import { closed, HALVED_BY, oneOf, REPLICATIONS } from './common.ts';

/**
 * What a plugin hands to the host: findings without numbers. A field names the cell, the exact aggregate or the
 * derivation that yields it, and the host fills the number in; so a number can't differ from its source.
 */

const Handle = Type.String({ pattern: '^[qed][1-9][0-9]*$' });
/** Small letters, digits and `_`. */
export const FieldName = Type.String({ pattern: '^[a-z][a-z0-9_]*$', maxLength: 100 });

/** Where a field's value comes from. */
export const FieldSource = Type.Union([
  /** A cell of a query's result. */
  closed({ query: Handle, row: Type.Integer({ minimum: 0 }), column: Type.String() }),
  /** A number of an exact aggregate: group's ordinal, column (or `a*b` for products), statistic. */
  closed({ exact: Handle, group: Type.Integer({ minimum: 0 }), column: Type.String(), value: Type.String() }),
  /** A value of a derivation, by name. */
  closed({ derivation: Handle, value: Type.String() }),
  /** The header of a column, by its name in SQL. */
  closed({ column_name: Type.String() }),
  /** A setting of the plugin, by key. */
  closed({ setting: Type.String() }),
]);
export type FieldSource = Static<typeof FieldSource>;

/** A word such as rows, s, h, %, or that of the column. */
export const Unit = Type.String({ pattern: '^\\P{N}{1,30}$' });

/** A field and how it is to be read. */
export const RawField = closed({ from: FieldSource, unit: Type.Optional(Unit) });

/** A number that no SQL gives, computed by the plugin from evidence. Recomputed by `verify --recompute`. */
export const RawDerivation = closed({
  handle: Handle,
  method: Type.String({ minLength: 1 }),
  parameters: Type.Record(Type.String(), Type.Unknown()),
  /** Numbers; decimal text for those that a double can't hold; null where undefined. */
  values: Type.Record(FieldName, Type.Union([Type.Number(), Type.String(), Type.Null()])),
  /** Handles of queries, exact aggregates and other derivations it is computed from. */
  inputs: Type.Array(Handle),
});
export type RawDerivation = Static<typeof RawDerivation>;

export const RawEstimate = closed({
  name: Type.String(),
  field: FieldName,
  interval: Type.Optional(closed({ low: FieldName, high: FieldName, level: Type.Number() })),
});

/** A chart: a Vega-Lite spec whose data are the rows of a query, put in by the host. */
export const RawChart = closed({
  name: Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
  title: Type.String(),
  /** What the chart shows, in words, for those who can't see it. */
  alternative: Type.String(),
  query: Handle,
  /** A Vega-Lite spec without `data`. */
  spec: Type.Record(Type.String(), Type.Unknown()),
});
export type RawChart = Static<typeof RawChart>;

const rawClaim = {
  /** Text with `{field}` marks; literal digits are refused. */
  title: Type.String({ minLength: 1 }),
  statement: Type.String({ minLength: 1 }),
  fields: Type.Record(FieldName, RawField),
  estimate: Type.Optional(RawEstimate),
  effect_size: Type.Optional(closed({ name: Type.String(), field: FieldName })),
  /** Label of a hypothesis in the ledger. */
  test: Type.Optional(Type.String()),
  /** Whether the claim holds in each half of the table; `first` and `second` name fields with each half's estimate. */
  replication: Type.Optional(
    closed({
      by: oneOf(...HALVED_BY),
      holds: oneOf(...REPLICATIONS),
      first: FieldName,
      second: FieldName,
    }),
  ),
  /** Query whose `_sh_part` and `_sh_row_number` are the rows in point. */
  rows: Type.Optional(Handle),
  charts: Type.Optional(Type.Array(Type.String())),
};

/** A repeated discovery of one kind on one target. */
export const RawItem = closed(rawClaim);

/** Names of what a finding is about: column names, or values of fields (job codes, hosts …). */
export const RawTarget = Type.Record(
  FieldName,
  Type.Union([closed({ columns: Type.Array(Type.String()) }), closed({ field: FieldName })]),
);

export const RawFinding = closed({
  ...rawClaim,
  kind: Type.String(),
  target: RawTarget,
  /** What the claim is restricted to (`close`, `standalone` …), part of its identity. */
  scope: Type.Optional(Type.Record(Type.String(), Type.String())),
  /**
   * Names in SQL of the columns, of the table or derived, that it is about, where target and scope don't say. They tell
   * which findings look at the same thing, and are no part of the identity.
   */
  about: Type.Optional(Type.Array(Type.String())),
  how: oneOf('exact_count', 'interval', 'tested', 'model_check'),
  severity: oneOf('info', 'notice', 'warning', 'serious'),
  /** Shares in [0, 1] of the ranking that only the plugin knows. */
  ranking: Type.Optional(
    closed({
      effect: Type.Number({ minimum: 0, maximum: 1 }),
      reach: Type.Number({ minimum: 0, maximum: 1 }),
      actionability: Type.Number({ minimum: 0, maximum: 1 }),
    }),
  ),
  items: Type.Optional(Type.Array(RawItem)),
  assumptions: Type.Optional(Type.Array(Type.String())),
  limitations: Type.Optional(Type.Array(Type.String())),
});
export type RawFinding = Static<typeof RawFinding>;

/** A hypothesis that was tested: one line of the ledger. */
export const RawTest = closed({
  label: Type.String(),
  family: Type.String(),
  hypothesis: Type.String(),
  statistic: closed({ name: Type.String(), value: Type.Number() }),
  p_value: Type.Number({ minimum: 0, maximum: 1 }),
  n: Type.Integer({ minimum: 0 }),
  /** True where the tests of the family depend on each other by construction; all of a family agree. */
  dependent: Type.Optional(Type.Boolean()),
});
export type RawTest = Static<typeof RawTest>;

/** What a file of a plugin may be called. */
export const ARTIFACT_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;

/** A file that a plugin handed over. */
export const RawArtifact = closed({
  path: Type.String({ pattern: ARTIFACT_NAME.source }),
  media_type: Type.String({ pattern: '^[a-z]+/[a-z0-9.+-]+$' }),
  title: Type.String(),
  keep: Type.Boolean(),
});
export type RawArtifact = Static<typeof RawArtifact>;

/**
 * What a plugin could not look for in this table, and why: that nothing of these kinds is told says nothing. A plugin
 * that leaves the list empty means all of its kinds; a result names them.
 */
export const NotLookedFor = closed({
  kinds: Type.Array(Type.String()),
  /** Where only what these fields of them say is not known. */
  fields: Type.Optional(Type.Array(Type.String())),
  /** Where it is so of these jobs, servers and so on only. */
  names: Type.Optional(Type.Array(Type.String())),
  reason: Type.String(),
});
export type NotLookedFor = Static<typeof NotLookedFor>;

/** A plugin's whole output, as it leaves the sandbox. */
export const PluginOutput = closed(
  {
    schema_version: Type.Literal('plugin_output.v1'),
    /** Why there is no finding, or what the plugin does not compute. */
    notes: Type.Array(Type.String()),
    not_looked_for: Type.Optional(Type.Array(NotLookedFor)),
    findings: Type.Array(RawFinding),
    metrics: Type.Record(FieldName, RawField),
    derivations: Type.Array(RawDerivation),
    tests: Type.Array(RawTest),
    charts: Type.Array(RawChart),
    artifacts: Type.Array(RawArtifact),
  },
  { $id: 'plugin_output.v1' },
);
export type PluginOutput = Static<typeof PluginOutput>;
