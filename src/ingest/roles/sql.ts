/** Runs one statement and returns its rows, in order; the output columns of a SELECT are all VARCHAR. */
export type Run = (sql: string) => Promise<readonly (readonly (string | null)[])[]>;

/** What was found out about rows that never change, by the question. It may forget. */
export interface Known {
  get(question: string): string | null | undefined;
  put(question: string, answer: string | null): void;
}

/** Rows of a table that follow one another and stay as they are whatever is put behind them: a part. */
export interface Piece {
  /** With the same columns as the whole, rows numbered through. */
  readonly relation: string;
  readonly rows: number;
  /** Row numbers of the pieces before it. */
  readonly before: number;
  readonly known: Known;
}

/** A table to look at and how to ask it. */
export interface Source {
  readonly run: Run;
  /** All rows: a view's name or a table function, with `row_number`. */
  readonly relation: string;
  readonly pieces: readonly Piece[];
  /** About all pieces together; of a single one, its own. */
  readonly known: Known;
  /** About all pieces but the last: the table as it may have been before something was appended. */
  readonly knownBefore: Known;
}

/** Remembers nothing of earlier. */
export function nothingKnown(): Known {
  const answers = new Map<string, string | null>();
  return {
    get: (question) => answers.get(question),
    put: (question, answer) => answers.set(question, answer),
  };
}

/** A table as one piece, of which nothing is known. */
export function inOnePiece(run: Run, relation: string, rows: number): Source {
  const known = nothingKnown();
  const pieces = [{ relation, rows, before: 0, known }];
  return { run, relation, pieces, known, knownBefore: nothingKnown() };
}

/** A name quoted for SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as an SQL literal. */
export function literal(text: string): string {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? parts.join() : `(${parts.join(' || chr(0) || ')})`;
}

/** Expressions by name. */
export type Expressions = Readonly<Record<string, string>>;
/** What expressions came to, as text, by name. */
export type Answers = ReadonlyMap<string, string | null>;

/** Asks for one row: the expressions, by name, as text. */
export async function askRow(run: Run, expressions: Expressions, from: string): Promise<Answers> {
  const names = Object.keys(expressions);
  if (names.length === 0) return new Map();
  const outputs = names.map((name) => `CAST(${expressions[name]} AS VARCHAR)`);
  const [row] = await run(`SELECT ${outputs.join(',\n  ')}\nFROM ${from}`);
  return new Map(names.map((name, i) => [name, row?.[i] ?? null]));
}

/** Counts over a relation, by name; 0 where there is none. */
export async function countsIn(
  run: Run,
  from: string,
  expressions: Expressions,
): Promise<ReadonlyMap<string, number>> {
  const answers = await askRow(run, expressions, from);
  return new Map([...answers].map(([name, answer]) => [name, Number(answer ?? 0)]));
}

/** Asks a piece for one row of aggregates, but for those that are known of it. */
export async function askPiece(
  run: Run,
  { relation, known }: Piece,
  expressions: Expressions,
  from = relation,
): Promise<Answers> {
  const unknown = Object.entries(expressions).filter(([, sql]) => known.get(sql) === undefined);
  for (const [name, answer] of await askRow(run, Object.fromEntries(unknown), from)) {
    known.put(expressions[name] ?? name, answer);
  }
  return new Map(Object.entries(expressions).map(([name, sql]) => [name, known.get(sql) ?? null]));
}

/** Counts over all rows, each the sum of those of the pieces. */
export async function counts(source: Source, expressions: Expressions): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>();
  for (const piece of source.pieces) {
    for (const [name, count] of await askPiece(source.run, piece, expressions)) {
      sums.set(name, (sums.get(name) ?? 0) + Number(count ?? 0));
    }
  }
  return sums;
}
