/** Runs one statement and returns its rows, in order; the output columns of a SELECT are all VARCHAR. */
export type Run = (sql: string) => Promise<readonly (readonly (string | null)[])[]>;

/** A relation to look at (a view's name or a table function) and how to ask it. */
export interface Source {
  readonly run: Run;
  readonly relation: string;
}

/** A name quoted for SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Asks for one row of counts: the expressions, by name, as numbers. */
export async function counts(
  source: Source,
  expressions: Readonly<Record<string, string>>,
  from: string = source.relation,
): Promise<ReadonlyMap<string, number>> {
  const names = Object.keys(expressions);
  if (names.length === 0) return new Map();
  const outputs = names.map((name) => `CAST(${expressions[name]} AS VARCHAR)`);
  const [row] = await source.run(`SELECT ${outputs.join(',\n  ')}\nFROM ${from}`);
  return new Map(names.map((name, i) => [name, Number(row?.[i] ?? 0)]));
}
