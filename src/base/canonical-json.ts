import canonicalize from 'canonicalize';

/** Any value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * RFC 8785 canonical JSON text: the one form in which JSON is hashed.
 * Members that are `undefined` are left out. Throws on NaN, infinities and other values JSON can't carry.
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no JSON form');
  return text;
}

/** Canonical JSON as a file's content: one line and a final line feed. */
export function canonicalJsonFile(value: unknown): string {
  return `${canonicalJson(value)}\n`;
}
