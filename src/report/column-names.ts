import type { Report } from '../contract/index.ts';
import { derivedColumnWords } from '../sdk/statistics/column-names.ts';

/** How readers see a column that a finding is about: its header, or the words of one that a plugin derived. */
export function readableColumn(report: Report): (name: string) => string {
  const headers = namesOfColumns(report);
  const derived = new Set(report.derived_columns.map(({ name }) => name));
  return (name) => headers.get(name) ?? (derived.has(name) ? derivedColumnWords(name) : name);
}

/** The columns of a report's table, and those derived from them, as readers see them. */
export function namesOfColumns({ dataset, roles }: Report): ReadonlyMap<string, string> {
  return columnNames([...dataset.columns, ...(roles.derived ?? [])]);
}

/** Columns by their name in SQL, as readers see them: the header, and the SQL name too where a header occurs twice, alone where there is none. */
export function columnNames(
  columns: readonly { readonly name: string; readonly sql_name: string }[],
): ReadonlyMap<string, string> {
  const times = new Map<string, number>();
  for (const { name } of columns) times.set(name, (times.get(name) ?? 0) + 1);
  return new Map(
    columns.map(({ name, sql_name: sqlName }) => {
      if (name.trim() === '') return [sqlName, sqlName];
      return [sqlName, (times.get(name) ?? 0) > 1 ? `${name} (in SQL: ${sqlName})` : name];
    }),
  );
}
