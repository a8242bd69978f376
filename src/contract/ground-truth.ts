import Type, { type Static } from 'typebox';
import { closed, oneOf, SeedText, Sha256Schema } from './common.ts';

const Facts = Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()]));

/** Where in the table something begins and ends; rows count from 1, times are as the table writes them. */
export const TruthPlace = closed({
  from_row: Type.Optional(Type.Integer({ minimum: 1 })),
  to_row: Type.Optional(Type.Integer({ minimum: 1 })),
  from_time: Type.Optional(Type.String()),
  to_time: Type.Optional(Type.String()),
});
export type TruthPlace = Static<typeof TruthPlace>;

/** What would have been if one thing were different, found by simulating again with the same random numbers. */
export const Counterfactual = closed({
  /** The one thing that was changed, as a sentence. */
  change: Type.String(),
  /** The same measures of the log as it is, of the changed one, and the difference: as it is − changed. */
  as_is: Facts,
  changed: Facts,
  saved: Facts,
  /** Hours of over-threshold wait that each activity gains, where it is not next to nothing. */
  saved_by_activity: Type.Record(Type.String(), Type.Number()),
});
export type Counterfactual = Static<typeof Counterfactual>;

/** One effect that was put into a table on purpose. */
export const PlantTruth = closed({
  plant: Type.String(),
  /** What kind of thing it is, such as `group_difference` or `change_point`. */
  kind: Type.String(),
  /** `found`: a tool should find it. `not_found`: a trap, which no finding may name. */
  expected: oneOf('found', 'not_found'),
  statement: Type.String(),
  size: closed({ value: Type.Number(), unit: Type.String() }),
  /** As in a finding: columns, activity, resource, user, level … */
  target: Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())])),
  place: Type.Optional(TruthPlace),
  /** Rows that the effect is in, from 1; the first ones where there are many. */
  rows: Type.Optional(closed({ count: Type.Integer(), row_numbers: Type.Array(Type.Integer()) })),
  /** Measured on the whole table as it is written, by plain code. */
  measured: Facts,
  counterfactuals: Type.Optional(Type.Array(Counterfactual)),
});
export type PlantTruth = Static<typeof PlantTruth>;

const generated = {
  generator: closed({
    what: oneOf('process-log', 'null-log', 'table', 'null-table'),
    /** Raised whenever the same request gives other bytes. */
    version: Type.Integer({ minimum: 1 }),
    random: Type.String(),
    seed: SeedText,
  }),
  table: closed({
    rows: Type.Integer({ minimum: 0 }),
    columns: Type.Array(Type.String()),
    /** Of the file, where one was written. */
    sha256: Type.Optional(Sha256Schema),
  }),
  /** What the table was made from: jobs, schedules, servers, months, distributions. */
  parameters: Type.Record(Type.String(), Type.Unknown()),
  /** Facts about the whole table, and about each activity of a process log. */
  measured: Facts,
  plants: Type.Array(PlantTruth),
};

/** How far a number may be off: by so much, or by a share of the expected one; without either it has to be the same. */
const tolerance = {
  absolute_tolerance: Type.Optional(Type.Number({ minimum: 0 })),
  relative_tolerance: Type.Optional(Type.Number({ minimum: 0 })),
};
export const ExpectedValue = closed({
  value: Type.Union([Type.Number(), Type.String(), Type.Null()]),
  ...tolerance,
});
export type ExpectedValue = Static<typeof ExpectedValue>;

const Name = Type.String({ minLength: 1 });
const Names = Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]));
/** `found`, if nothing is said. */
const Expected = Type.Optional(oneOf('found', 'not_found'));

/** A claim of one plugin: what it is about, and the numbers in it. */
export const ExpectedFinding = closed({
  plugin: Name,
  kind: Name,
  target: Type.Optional(Names),
  scope: Type.Optional(Type.Record(Type.String(), Type.String())),
  expected: Expected,
  estimate: Type.Optional(ExpectedValue),
  effect_size: Type.Optional(ExpectedValue),
  /** By the name of a field of the finding, or of one of its items. */
  fields: Type.Optional(Type.Record(Type.String(), ExpectedValue)),
});
export type ExpectedFinding = Static<typeof ExpectedFinding>;

/** Columns that have to do with another column. */
export const ExpectedFeatures = closed({
  outcome: Name,
  columns: Type.Array(Name, { minItems: 1 }),
  expected: Expected,
});
export type ExpectedFeatures = Static<typeof ExpectedFeatures>;

/** The level of a column, or of what belongs to a job, changes. */
export const ExpectedChange = closed({
  target: Names,
  /** A date or time, `2025-03-19`; where the table has no time, the number of a row. */
  at: Type.Union([Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}' }), Type.Number()]),
  tolerance_days: Type.Optional(Type.Number({ minimum: 0 })),
  tolerance_rows: Type.Optional(Type.Number({ minimum: 0 })),
  expected: Expected,
});
export type ExpectedChange = Static<typeof ExpectedChange>;

/** Two columns that depend on each other. */
export const ExpectedDependence = closed({
  columns: Type.Array(Name, { minItems: 2, maxItems: 2 }),
  effect_size: Type.Optional(ExpectedValue),
  expected: Expected,
});
export type ExpectedDependence = Static<typeof ExpectedDependence>;

/** Rows that stand out in some columns. */
export const ExpectedAnomalies = closed({
  columns: Type.Array(Name, { minItems: 1 }),
  /** Of the first part, from 1. */
  rows: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1 }),
  /** How many of them have to be cited, as a share; all, if nothing is said. */
  least_share: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
  expected: Expected,
});
export type ExpectedAnomalies = Static<typeof ExpectedAnomalies>;

/** A number that a plugin gives for the whole table. */
export const ExpectedMetric = closed({ plugin: Name, name: Name, ...ExpectedValue.properties });
export type ExpectedMetric = Static<typeof ExpectedMetric>;

const optional = Type.Partial(Type.Object(generated)).properties;

/**
 * What is true of a table (YAML), against which a report is evaluated. `synth` writes how its table was made and what was
 * planted in it; people write what they expect to be found, or not to be.
 */
export const GroundTruth = closed(
  {
    schema_version: Type.Literal('ground_truth.v1'),
    kind: oneOf('real', 'synthetic'),
    ...optional,
    by_activity: Type.Optional(Type.Record(Type.String(), Facts)),
    findings: Type.Optional(Type.Array(ExpectedFinding)),
    features: Type.Optional(Type.Array(ExpectedFeatures)),
    change_points: Type.Optional(Type.Array(ExpectedChange)),
    dependence: Type.Optional(Type.Array(ExpectedDependence)),
    anomalies: Type.Optional(Type.Array(ExpectedAnomalies)),
    metrics: Type.Optional(Type.Array(ExpectedMetric)),
  },
  { $id: 'ground_truth.v1' },
);
export type GroundTruth = Static<typeof GroundTruth>;

/** The truth of a table that was generated: how, and what was planted in it. */
export type SyntheticTruth = GroundTruth & Static<ReturnType<typeof Type.Object<typeof generated>>>;
