import Type, { type Static } from 'typebox';
import { Coverage, closed, oneOf, Sha256Schema } from './common.ts';
import { FieldValue } from './result.ts';
import { RunStatus } from './run-manifest.ts';

const Side = closed({
  run_id: Type.String(),
  run_fingerprint: Sha256Schema,
  status: RunStatus,
  created_at: Type.String(),
  dataset: Type.String(),
  dataset_version_id: Sha256Schema,
  /** Of the table; `coverage` says how many of them were looked at. */
  rows: Type.Integer(),
  coverage: Coverage,
  findings: Type.Integer(),
});

/** Something that has one value in A and another in B; null where it is absent. Values are JSON text. */
const Difference = closed({
  key: Type.String(),
  a: Type.Union([Type.String(), Type.Null()]),
  b: Type.Union([Type.String(), Type.Null()]),
});
export type Difference = Static<typeof Difference>;

const Value = Type.Union([Type.Number(), Type.String(), Type.Null()]);

const ComparedFinding = closed({
  id: Sha256Schema,
  plugin_id: Type.String(),
  kind: Type.String(),
  title: Type.String(),
  statement: Type.String(),
  /** Place in its report's list, from 1. */
  rank: Type.Integer(),
});
export type ComparedFinding = Static<typeof ComparedFinding>;

/** A finding of one run alone, and whether the other run looked for it at all. */
const FindingOfOne = closed({
  ...ComparedFinding.properties,
  /** `looked`: the same plugin ended well in the other run and did not claim it. */
  other_run: oneOf('looked', 'did_not_look'),
  /** Why it did not look; empty otherwise. */
  reason: Type.String(),
});
export type FindingOfOne = Static<typeof FindingOfOne>;

const ChangedFinding = closed({
  id: Sha256Schema,
  plugin_id: Type.String(),
  kind: Type.String(),
  a: ComparedFinding,
  b: ComparedFinding,
  unit: Type.Union([Type.String(), Type.Null()]),
  /** `estimate`, `effect_size`, `q_value`, `severity` …: what is not the same. */
  changes: Type.Array(closed({ what: Type.String(), a: Value, b: Value }), { minItems: 1 }),
});
export type ChangedFinding = Static<typeof ChangedFinding>;

/** What `runs compare A B --json` prints. Descriptions of columns and roles claim nothing and are left out. */
export const RunComparison = closed(
  {
    schema_version: Type.Literal('run_comparison.v1'),
    a: Side,
    b: Side,
    /** With one fingerprint the content is the same by construction. */
    same_fingerprint: Type.Boolean(),
    same_report: Type.Boolean(),
    /**
     * Whether both runs are of one table: the same version of a dataset, two versions of it, or two datasets. In the
     * last case new and gone findings tell two tables apart, not a change.
     */
    data: closed({
      relation: oneOf('same_version', 'same_dataset', 'two_datasets'),
      /** Columns of the same header. */
      columns_in_common: Type.Integer(),
      columns_only_in_a: Type.Integer(),
      columns_only_in_b: Type.Integer(),
    }),
    /** Of uploads, ingest options, columns, roles and rows. */
    input: Type.Array(Difference),
    /** Of the resolved configuration, settings of plugins included. */
    configuration: Type.Array(Difference),
    /** Of the engine and the plugins: versions, code, how they ended. */
    engine: Type.Array(Difference),
    findings: closed({
      same: Type.Integer(),
      new: Type.Array(FindingOfOne),
      gone: Type.Array(FindingOfOne),
      changed: Type.Array(ChangedFinding),
    }),
    metrics: closed({
      same: Type.Integer(),
      changed: Type.Array(
        closed({
          plugin_id: Type.String(),
          name: Type.String(),
          a: Type.Union([FieldValue, Type.Null()]),
          b: Type.Union([FieldValue, Type.Null()]),
        }),
      ),
    }),
  },
  { $id: 'run_comparison.v1' },
);
export type RunComparison = Static<typeof RunComparison>;
