import { identifier, type QueryHandle } from '../../src/sdk/index.ts';
import type { Study } from './study.ts';
import { type Tail, valueSql } from './tails.ts';

/** What is left of a tail's outliers without those that are usual for some label, and what they share. */
export interface Rest {
  /** SQL that is true for the rows that are left. */
  readonly condition: string;
  /** A label that most of them share and few other rows have: its category, and where its count stands. */
  readonly shared:
    | { readonly category: string; readonly counts: QueryHandle; readonly row: number }
    | undefined;
}

/** Categories that are looked at. */
const MOST_CATEGORIES = 20;
/** A value is usual for a label if this share of its rows, and so many of them, lie as far out. */
const USUAL_SHARE = 0.2;
const USUAL_ROWS = 3;
/** A label is shared if it has this share of the outliers, and at most that share of all rows. */
const SHARED = 0.6;
const RARE = 0.3;

/** Leaves out rows whose value is usual for their own label in some category; undefined where none are left. */
export async function withoutUsual(study: Study, tail: Tail): Promise<Rest | undefined> {
  const { ctx, view } = study;
  const { measured, gap, side, lastQuery, middle } = tail;
  const cut = valueSql(lastQuery, gap.outliers - 1, 'value');
  const isBeyond = `${measured.isPresent} AND ${measured.sql} ${side === 'above' ? '>=' : '<='} ${cut}`;
  const excluded: string[] = [];
  let shared: Rest['shared'];
  for (const category of view.categories.slice(0, MOST_CATEGORIES)) {
    const name = identifier(category);
    const counts = await ctx.query(
      `SELECT ${name} AS level, count(*) AS level_rows, count(*) FILTER (WHERE ${isBeyond}) AS outlying_rows
FROM data WHERE ${measured.isPresent} AND ${name} IN (SELECT ${name} FROM data WHERE ${isBeyond})
GROUP BY ALL ORDER BY outlying_rows DESC, level`,
    );
    const usual = counts.rows.flatMap((_, row) =>
      isUsual(counts, row) ? [valueSql(counts, row, 'level')] : [],
    );
    if (usual.length > 0) excluded.push(`(${name} IS NULL OR ${name} NOT IN (${usual.join(', ')}))`);
    const share = (counts.rows.length > 0 ? (counts.number(0, 'outlying_rows') ?? 0) : 0) / gap.outliers;
    const base = counts.rows.length > 0 ? (counts.number(0, 'level_rows') ?? 0) / middle.n : 1;
    if (shared === undefined && gap.outliers >= 3 && share >= SHARED && base <= RARE) {
      shared = { category, counts, row: 0 };
    }
  }
  const condition = [isBeyond, ...excluded].join(' AND ');
  if (excluded.length === 0) return { condition, shared };
  const left = await ctx.query(`SELECT count(*) AS rows_left FROM data WHERE ${condition}`);
  if (left.number(0, 'rows_left') !== 0) return { condition, shared: undefined };
  ctx.note(
    `Values of ${measured.measure.sqlName} that lie ${side} all others are usual for their label in a category, and so no outliers.`,
  );
  return undefined;
}

function isUsual(counts: QueryHandle, row: number): boolean {
  const [beyond, all] = [counts.number(row, 'outlying_rows') ?? 0, counts.number(row, 'level_rows') ?? 0];
  return beyond >= USUAL_ROWS && beyond >= USUAL_SHARE * all;
}
