import Type, { type Static, type TSchema } from 'typebox';

/** `sha256:` and 64 lowercase hex digits. */
export const Sha256Schema = Type.Unsafe<`sha256:${string}`>(
  Type.String({ pattern: '^sha256:[0-9a-f]{64}$' }),
);

/** A 64-bit seed as decimal text. */
export const SeedText = Type.String({ pattern: '^(0|[1-9][0-9]{0,19})$' });

/** An object whose members are exactly these. */
export function closed<P extends Record<string, TSchema>>(properties: P, options: { $id?: string } = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

/** A text of a pattern, and in words what that is: the words stand in the message about another text. */
export function patterned(pattern: string, words: string, options: { maxLength?: number } = {}) {
  return Type.String({ pattern, 'x-words': words, ...options });
}

/** One of some strings. */
export function oneOf<const T extends readonly string[]>(...values: T) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...values] });
}

/** In which halves of the table a claim holds, and by what the rows were halved. */
export const HALVED_BY = ['time', 'alternate_rows', 'alternate_blocks'] as const;
export const REPLICATIONS = ['both', 'first', 'second', 'neither'] as const;

/** A cell in a query's result: exact text, or null. */
export const Cell = Type.Union([Type.String(), Type.Null()]);
export type Cell = Static<typeof Cell>;

const looked = {
  rows: Type.Integer({ minimum: 0 }),
  of_rows: Type.Integer({ minimum: 0 }),
  rejected_rows: Type.Integer({ minimum: 0 }),
};

/**
 * How rows are drawn: `rows` takes each row for itself, `cases` takes all rows that share a value of a column, or none
 * of them. What a method is good for, and where it misleads: docs/guides/sample.md.
 */
export const SAMPLE_METHODS = ['rows', 'cases'] as const;

const drawn = {
  method: oneOf(...SAMPLE_METHODS),
  /** Of `cases`: the column, by its name in SQL. */
  column: Type.Optional(Type.String({ minLength: 1 })),
  fraction: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
  seed: SeedText,
};

/** Everything that decides which rows of a dataset version are drawn. */
export const Sample = closed(drawn);
export type Sample = Static<typeof Sample>;

/**
 * What share of the data was looked at: all of it (FULL), or a sample, which then says how it was drawn, so that it can
 * be drawn again and is never taken for the whole.
 */
export const Coverage = Type.Union([
  closed({ kind: Type.Literal('FULL'), ...looked }),
  closed({
    kind: Type.Literal('SAMPLED'),
    ...looked,
    ...drawn,
  }),
]);
export type Coverage = Static<typeof Coverage>;

/** How the sample was drawn; undefined where every row was looked at. */
export function sampleOf(coverage: Coverage): Sample | undefined {
  if (coverage.kind === 'FULL') return undefined;
  const { method, column, fraction, seed } = coverage;
  return { method, fraction, seed, ...(column !== undefined && { column }) };
}

/** What it takes to draw a sample again: `method cases by ORDER_ID, fraction 0.1, seed 7`. */
export function sampleText({ method, column, fraction, seed }: Sample): string {
  const by = column === undefined ? '' : ` by ${column}`;
  return `method ${method}${by}, fraction ${fraction}, seed ${seed}`;
}
