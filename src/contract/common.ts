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
 * What share of the data was looked at: all of it (FULL), or a sample, which then says how it was drawn, so that it can
 * be drawn again and is never taken for the whole.
 */
export const Coverage = Type.Union([
  closed({ kind: Type.Literal('FULL'), ...looked }),
  closed({
    kind: Type.Literal('SAMPLED'),
    ...looked,
    method: Type.String({ minLength: 1 }),
    fraction: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    seed: SeedText,
  }),
]);
export type Coverage = Static<typeof Coverage>;
