import { byCodePoint } from '../../../base/index.ts';
import type { Run } from '../sql.ts';

/** A key of a column's texts. */
export interface ParameterKey {
  /** As readers see it; for JSON the path with dots. */
  readonly key: string;
  /** Members from the outermost to the value: one, but for nested JSON. */
  readonly path: readonly string[];
  /** The type that is written behind it, `date` of `Accounting Month (date)`. */
  readonly declared: string | undefined;
  /** What stands before the sign of assignment, most often. */
  readonly head: string;
  /** It is written one way only. */
  readonly same: boolean;
}

/** Words that stand for a type behind a key; anything else in brackets belongs to the key. */
export const TYPE_WORDS =
  'type|date|datetime|timestamp|time|month|period|int|integer|long|number|numeric|decimal|float|double|money|string|text|char|varchar|varchar2|bool|boolean|list|id|code';
const DECLARED = new RegExp(`\\s*\\((${TYPE_WORDS})\\)\\s*$`, 'i');

/** So many keys of a column become columns, the most frequent first. */
const MOST_KEYS = 100;
const MOST_HEADS = 1000;
const LONGEST = 80;

/** The keys of a relation of pairs, with what stands before the sign of assignment as `h`, `n` times each; the most frequent first. */
export async function pairKeys(run: Run, pairs: string): Promise<ParameterKey[]> {
  const heads = await run(
    `SELECT h, CAST(sum(n) AS VARCHAR) FROM ${pairs} GROUP BY h ORDER BY sum(n) DESC, h LIMIT ${MOST_HEADS}`,
  );
  const keys = new Map<string, ParameterKey>();
  for (const [head] of heads) {
    const read = head === undefined || head === null ? undefined : readHead(head);
    if (read === undefined) continue;
    const known = keys.get(read.key);
    keys.set(read.key, known === undefined ? read : { ...known, same: false });
  }
  return [...keys.values()].slice(0, MOST_KEYS);
}

/** `Accounting Month (date)` → the key and its type; undefined for what can't be a key. */
function readHead(head: string): ParameterKey | undefined {
  const bare = head
    .trim()
    .replace(/^-+/, '')
    .replace(/^["']|["']$/g, '');
  const declared = DECLARED.exec(bare)?.[1]?.toLowerCase();
  const key = bare.replace(DECLARED, '').replace(/["']$/, '').trim();
  if (!/^[\p{L}_]/u.test(key) || key.length > LONGEST || key.includes('\0')) return undefined;
  return { key, path: [key], declared, head: head.trimStart(), same: true };
}

/** The members of the JSON objects in a relation of texts `p` that hold no object themselves, by path. */
export async function jsonKeys(run: Run, texts: string): Promise<ParameterKey[]> {
  const [row] = await run(
    `SELECT CAST(json_group_structure(CAST(p AS JSON)) AS VARCHAR) FROM ${texts} WHERE json_valid(p)`,
  );
  const structure: unknown = JSON.parse(row?.[0] ?? 'null');
  return leaves(structure, [])
    .sort((a, b) => byCodePoint(a.key, b.key))
    .slice(0, MOST_KEYS);
}

function leaves(structure: unknown, path: readonly string[]): ParameterKey[] {
  if (typeof structure === 'object' && structure !== null && !Array.isArray(structure)) {
    return Object.entries(structure).flatMap(([name, inner]) =>
      isPlain(name) ? leaves(inner, [...path, name]) : [],
    );
  }
  const key = path.join('.');
  return path.length === 0 || key.length > LONGEST
    ? []
    : [{ key, path, declared: undefined, head: key, same: false }];
}

/** A name that can stand in a path as it is. */
function isPlain(name: string): boolean {
  return name !== '' && !/["\\\0*]|\.\./.test(name);
}
