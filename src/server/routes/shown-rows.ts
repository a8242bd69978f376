import Type from 'typebox';

/** How many rows are asked for, and which of their columns. */
export const ShownRows = {
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  columns: Type.Optional(
    Type.String({
      pattern: '^[1-9]\\d{0,5}(,[1-9]\\d{0,5}){0,499}$',
      description: 'places of the columns, from 1, as in 1,2,7; all where left out',
    }),
  ),
};

/** So many rows are shown where nobody says how many. */
export const SHOWN_ROWS = 50;

/** The places of the columns that are asked for, from 1; undefined for all. */
export function placesIn(columns: string | undefined): readonly number[] | undefined {
  return columns?.split(',').map(Number);
}
