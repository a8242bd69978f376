import Type, { type Static } from 'typebox';
import { Coverage, closed, oneOf, Sha256Schema } from './common.ts';

const Value = Type.Union([Type.Number(), Type.String(), Type.Null()]);

/** A finding of the report, as far as it takes to look it up. */
const ReportedFinding = closed({
  id: Sha256Schema,
  plugin_id: Type.String(),
  kind: Type.String(),
  title: Type.String(),
  /** Place in the report's list, from 1. */
  rank: Type.Integer(),
});
export type ReportedFinding = Static<typeof ReportedFinding>;

/** A number, name or time of a claim, held against the expected one. */
const ValueCheck = closed({
  /** `estimate`, `effect_size`, `rows`, or the name of a field. */
  what: Type.String(),
  expected: Value,
  /** How far it may be off, in words; empty where it has to be the same. */
  tolerance: Type.String(),
  found: Value,
  holds: Type.Boolean(),
});
export type ValueCheck = Static<typeof ValueCheck>;

/** What one plugin says of an expectation. */
const Look = closed({
  plugin_id: Type.String(),
  kinds: Type.Array(Type.String()),
  status: oneOf('found', 'wrong_value', 'missing', 'did_not_run'),
  /** Why it did not run; empty otherwise. */
  reason: Type.String(),
  /** The finding that names what is expected and comes nearest to its numbers. */
  finding: Type.Union([ReportedFinding, Type.Null()]),
  checks: Type.Array(ValueCheck),
});
export type Look = Static<typeof Look>;

export const EXPECTATION_STATUSES = [
  'found',
  'wrong_value',
  'missing',
  'not_told',
  'told_wrongly',
  'not_evaluated',
] as const;

const Judged = closed({
  /** Where the truth file says it: `findings[2]`. */
  place: Type.String(),
  /** What recall and precision are told apart by: the kind of a finding or plant, or the section. */
  kind: Type.String(),
  what: Type.String(),
  expected: oneOf('found', 'not_found'),
  /** `found` and `not_told` are as they should be. */
  status: oneOf(...EXPECTATION_STATUSES),
  /** Why it was not evaluated; empty otherwise. */
  reason: Type.String(),
  /** It is found if any of these finds it. */
  looks: Type.Array(Look),
});
export type Judged = Static<typeof Judged>;

const Share = Type.Union([Type.Number(), Type.Null()]);

/** What `eval --json` prints: a report held against a ground truth. */
export const Evaluation = closed(
  {
    schema_version: Type.Literal('evaluation.v1'),
    report: closed({
      /** Null where a report file was named. */
      run_id: Type.Union([Type.String(), Type.Null()]),
      dataset_version_id: Sha256Schema,
      kind: oneOf('real', 'synthetic'),
      coverage: Coverage,
    }),
    strict: Type.Boolean(),
    /** Every expectation is as it should be and, where strict, nothing else is claimed. */
    holds: Type.Boolean(),
    /** What makes the comparison doubtful, a sentence each. */
    notes: Type.Array(Type.String()),
    counts: Type.Object(
      Object.fromEntries(
        [...EXPECTATION_STATUSES, 'unexpected' as const].map((name) => [name, Type.Integer()]),
      ) as Record<(typeof EXPECTATION_STATUSES)[number] | 'unexpected', ReturnType<typeof Type.Integer>>,
      { additionalProperties: false },
    ),
    by_kind: Type.Array(
      closed({
        kind: Type.String(),
        expected: Type.Integer(),
        found: Type.Integer(),
        /** `found` of `expected`; null where nothing is expected. */
        recall: Share,
        /** Findings by which this kind would be told, and those of them that something expects. */
        told: Type.Integer(),
        right: Type.Integer(),
        precision: Share,
      }),
    ),
    expectations: Type.Array(Judged),
    /** Claims of the report that nothing expects. Descriptions of columns, roles and tables claim nothing. */
    unexpected: Type.Array(ReportedFinding),
  },
  { $id: 'evaluation.v1' },
);
export type Evaluation = Static<typeof Evaluation>;
