import type { QueryHandle } from '../../src/sdk/index.ts';
import { countOf } from './claims.ts';
import { reportLookAlikes } from './look-alikes.ts';
import { reportMixedTypes } from './mixed-types.ts';
import { reportMojibake } from './mojibake.ts';
import { repaired } from './repair-text.ts';
import type { Surveyed, Table } from './survey.ts';
import { comparesLabels } from './text-column.ts';
import {
  CONTROL,
  DATE,
  EDGE_SPACE,
  FOLDED,
  MOJIBAKE,
  NOT_NORMAL,
  NUMBER,
  REPLACEMENT,
  UNSEEN,
} from './text-patterns.ts';
import { reportUnseen } from './unseen-characters.ts';

/** Text that was damaged on its way, that looks alike, or that is something else than text. */
export async function reportText(table: Table): Promise<void> {
  noteHeaders(table);
  const columns = table.columns.filter(({ column }) => column.type.kind === 'text');
  for (const column of columns) {
    const text = { column, counts: await countText(table, column) };
    if (countOf(text.counts, 'present_rows') === 0) continue;
    if (countOf(text.counts, 'mojibake_rows') + countOf(text.counts, 'replacement_rows') > 0) {
      await reportMojibake(table, text);
    }
    await reportUnseen(table, text);
    await reportLookAlikes(table, text);
    await reportMixedTypes(table, text);
  }
}

/** Headers have no rows to cite, so they are noted. */
function noteHeaders({ ctx, columns }: Table): void {
  for (const { column } of columns) {
    const meant = repaired(column.name);
    if (meant !== undefined) {
      ctx.note(`The header “${column.name}” was read in the wrong encoding; it was meant to be “${meant}”.`);
    }
  }
}

/** Everything that is asked of a text column, over its different values. */
function countText({ ctx }: Table, column: Surveyed): Promise<QueryHandle> {
  const rowsWhere = Object.entries({
    mojibake: MOJIBAKE,
    replacement: REPLACEMENT,
    control: CONTROL,
    edge: EDGE_SPACE,
    unseen: UNSEEN,
    not_normal: NOT_NORMAL,
    number: NUMBER,
    date: DATE,
  }).map(([name, condition]) => `coalesce(sum(value_rows) FILTER (WHERE ${condition}), 0) AS ${name}_rows`);
  const folded = comparesLabels(column) ? `count(DISTINCT ${FOLDED}) AS folded_values, ` : '';
  return ctx.query(`WITH counted AS (
  SELECT ${column.sql} AS value, count(*) AS value_rows FROM data WHERE ${column.sql} IS NOT NULL GROUP BY ALL
)
SELECT coalesce(sum(value_rows), 0) AS present_rows, count(*) AS distinct_values, ${folded}
  ${rowsWhere.join(',\n  ')}
FROM counted`);
}
