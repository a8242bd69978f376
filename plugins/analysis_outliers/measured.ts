import { type Context, identifier, type Measure } from '../../src/sdk/index.ts';

/** A measure as queries and templates name it. */
export interface Measured {
  readonly measure: Measure;
  readonly sql: string;
  /** SQL that is true where there is a finite value. */
  readonly isPresent: string;
  /** Smallest step between two values that the column's type can hold; 0 for floating-point numbers. */
  readonly step: number;
}

export function measured(ctx: Context, measure: Measure): Measured {
  const sql = identifier(measure.sqlName);
  const type = ctx.schema.find((column) => column.sql_name === measure.sqlName)?.type;
  const isDouble = type?.kind === 'double';
  return {
    measure,
    sql,
    isPresent: isDouble ? `isfinite(${sql})` : `${sql} IS NOT NULL`,
    step: isDouble ? 0 : type?.kind === 'integer' ? 1 : 10 ** -(type?.kind === 'decimal' ? type.scale : 6),
  };
}
