import { type CountedPair, decidedBy, margins } from './cross-tables.ts';
import type { Variable } from './subject.ts';

/**
 * Columns that are another one under other names: missing in the same rows, each level with one level of the other. Of each,
 * by its name, the first column that it is a copy of.
 */
export function copiesIn(tables: readonly CountedPair[]): ReadonlyMap<string, Variable> {
  const copies = new Map<string, Variable>();
  for (const { a, b, tables: of } of tables) {
    if (a.n !== b.n || margins(of.whole).n !== a.n || decidedBy(of.whole) !== 'both') continue;
    if (!copies.has(b.sqlName)) copies.set(b.sqlName, copies.get(a.sqlName) ?? a);
  }
  return copies;
}
