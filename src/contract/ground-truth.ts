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

/** What is true of a synthetic table: how it was made, and what was planted in it (YAML). */
export const GroundTruth = closed(
  {
    schema_version: Type.Literal('ground_truth.v1'),
    kind: Type.Literal('synthetic'),
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
    by_activity: Type.Optional(Type.Record(Type.String(), Facts)),
    plants: Type.Array(PlantTruth),
  },
  { $id: 'ground_truth.v1' },
);
export type GroundTruth = Static<typeof GroundTruth>;
