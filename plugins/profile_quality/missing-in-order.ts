import {
  MOST_HOPEFUL_P,
  NO_DESIGN_EFFECT,
  readSerialDependence,
  serialP,
  type TableView,
} from '../../src/sdk/index.ts';
import type { Driver, IndependentTest, MissingColumn, TestedDriver } from './missing-driver.ts';
import type { Surveyed, Table } from './survey.ts';

/**
 * Enters each test in the ledger, with a p-value that allows for rows that are like the rows before. Only those that
 * would be hopeful among independent rows need it: allowing for it makes no p-value smaller.
 */
export async function testInOrder(
  table: Table,
  view: TableView,
  drivers: readonly Driver[],
): Promise<TestedDriver[]> {
  const hopeful = drivers.filter(({ test }) => (test?.p_value ?? 1) <= MOST_HOPEFUL_P);
  const designEffectOf = await designEffects(table, view, hopeful);
  return drivers.map((driver): TestedDriver => {
    const { test, n } = driver;
    if (test === undefined)
      return { ...driver, p_value: null, designEffect: NO_DESIGN_EFFECT, label: undefined };
    const designEffect = hopeful.includes(driver) ? designEffectOf(driver, test) : NO_DESIGN_EFFECT;
    const p_value =
      designEffect.mean > 1
        ? Math.max(test.p_value, serialP(test.share, test.df, n, designEffect))
        : test.p_value;
    const label = table.ctx.test({
      family: 'missing_not_at_random',
      hypothesis: test.hypothesis,
      statistic: { name: test.name, value: test.statistic },
      p_value,
      n,
    });
    return { ...driver, p_value, designEffect, label };
  });
}

async function designEffects({ ctx }: Table, view: TableView, drivers: readonly Driver[]) {
  if (drivers.length === 0) return () => NO_DESIGN_EFFECT;
  const nameOf = ({ column }: MissingColumn) => `${column.column.sql_name} is missing`;
  const columns = [
    ...new Map(
      drivers.map(({ by, sort }) => [
        by,
        { name: by.column.sql_name, sql: orderedSql(by), kind: kindOf(sort) },
      ]),
    ).values(),
    ...[...new Set(drivers.map(({ missing }) => missing))].map((missing) => ({
      name: nameOf(missing),
      sql: `(${missing.column.sql} IS NULL)`,
      kind: 'indicator' as const,
    })),
  ];
  const serial = await readSerialDependence(ctx, view.time, columns);
  return ({ missing, by }: Driver, { share, df }: IndependentTest) =>
    serial.designEffect(by.column.sql_name, nameOf(missing), { share, df, isDirected: true });
}

function kindOf(sort: Driver['sort']): 'category' | 'measure' {
  return sort === 'category' ? 'category' : 'measure';
}

/** Times as numbers. */
function orderedSql({ sql, use }: Surveyed): string {
  return use === 'time' ? `epoch_us(CAST(${sql} AS TIMESTAMP))` : sql;
}
