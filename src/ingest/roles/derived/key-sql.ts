import { literal } from '../sql.ts';
import type { ParameterFormat } from './format.ts';
import { type ParameterKey, TYPE_WORDS } from './keys.ts';

type Pairs = Extract<ParameterFormat, { kind: 'pairs' }>;

/**
 * The text of a key's first value in the text `text`, NULL where it is missing or empty, whatever the text is like. In pairs, a value ends where the
 * next key begins, so that it may hold the separator; in quotes it may hold anything. Blanks and quotes around it are cut.
 */
export function keySql(text: string, { path, key }: ParameterKey, format: ParameterFormat): string {
  if (format.kind === 'json') {
    const pattern = `$${path.map((name) => `."${name}"`).join('')}`;
    return `nullif(CASE WHEN json_valid(${text}) THEN json_extract_string(${text}, ${literal(pattern)}) END, '')`;
  }
  const found = `regexp_extract(${text}, ${literal(patternOf(key, format))}, 1)`;
  return `nullif(trim(${found}, ${literal(' \t\r\n"')}), '')`;
}

/**
 * A quicker form that gives the same where all texts are plain, as `plainText` has it, and the key is written one way. `before` is
 * what stands between the pairs.
 */
export function plainKeySql(
  text: string,
  { head }: ParameterKey,
  { separator, assign }: Pairs,
  before: string,
): string {
  const behind = `split_part(concat(${literal(before)}, ${text}), ${literal(before + head + assign)}, 2)`;
  return `nullif(split_part(${behind}, ${literal(separator)}, 1), '')`;
}

/** A condition that the text `p` is nothing but pairs, no key twice, with `before` between them, without quotes or blanks around keys and values. */
export function plainText({ separator, assign }: Pairs, before: string): string {
  const s = escaped(separator);
  const a = escaped(assign);
  const pair = `[^${s}${a}\\s"'-][^${s}${a}]*${a}(?:[^${s}"\\s](?:[^${s}]*[^${s}"\\s])?)?`;
  const whole = `${pair}(?:${escaped(before)}${pair})*${before === separator ? `${s}?` : ''}`;
  const heads = `list_transform(string_split(p, ${literal(before)}), x -> split_part(x, ${literal(assign)}, 1))`;
  return `regexp_full_match(p, ${literal(whole)}) AND len(list_distinct(${heads})) = len(${heads})`;
}

/** Pairs before it, the key with or without a type, its value, and what tells that the value ends there. */
function patternOf(key: string, { separator, assign }: Pairs): string {
  const s = escaped(separator);
  const a = escaped(assign);
  const quotedValue = '\\s*"[^"]*"\\s*';
  const before = `^(?:[^${s}${a}]*(?:${a}(?:${quotedValue}|[^${s}]*))?${s})*?`;
  const itself = `\\s*-*["']?${escaped(key)}["']?\\s*(?:\\((?i:${TYPE_WORDS})\\))?["']?\\s*${a}`;
  const value = `(${quotedValue}|[^${s}]*(?:${s}[^${s}${a}]*)*?)`;
  const end = `(?:${s}[\\s${s}]*[^${s}${a}\\s][^${s}${a}]*${a}|[\\s${s}]*$)`;
  return `${before}${itself}${value}${end}`;
}

/** A text in a regular expression, also inside of a class. */
function escaped(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}\-&]/g, '\\$&').replaceAll('\n', '\\n');
}
