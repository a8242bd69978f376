import Type, { type Static } from 'typebox';
import { closed } from './common.ts';
import { FieldName, Unit } from './plugin-output.ts';

/** A number of a provisional fact (decimal text where a double can't hold it), or the header of a column. */
const FactField = Type.Union([
  closed({
    value: Type.Union([Type.Number(), Type.String({ pattern: '^-?[0-9]+(\\.[0-9]+)?$', maxLength: 100 })]),
    unit: Type.Optional(Unit),
  }),
  closed({ column_name: Type.String() }),
]);

/** What a plugin says of the rows that it has merged so far, as it leaves the sandbox: a template and its fields. */
export const RawFact = closed({
  statement: Type.String({ minLength: 1, maxLength: 500 }),
  fields: Type.Record(FieldName, FactField, { maxProperties: 20 }),
});
export type RawFact = Static<typeof RawFact>;

/** How much of a table was seen: rows, and the share of all of it, by rows or, while nobody has counted them, by bytes. */
export const ProvisionalCoverage = closed({
  rows: Type.Integer({ minimum: 0 }),
  of_rows: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  share: Type.Number({ minimum: 0, maximum: 1 }),
  /** The rows are those of a sample, not of the table. */
  sampled: Type.Boolean(),
});
export type ProvisionalCoverage = Static<typeof ProvisionalCoverage>;

/**
 * A descriptive fact about the part of a table that was seen so far. It is in events and progress only: in no result,
 * no report and no fingerprint, and nothing is tested with it.
 */
export const ProvisionalFinding = closed({
  provisional: Type.Literal(true),
  statement: Type.String(),
  coverage: ProvisionalCoverage,
});
export type ProvisionalFinding = Static<typeof ProvisionalFinding>;
