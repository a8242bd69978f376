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
