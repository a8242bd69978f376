import { literal } from '../sql.ts';
import type { ParameterFormat } from './format.ts';
import { type ParameterKey, TYPE_WORDS } from './keys.ts';

type Pairs = Extract<ParameterFormat, { kind: 'pairs' }>;

/**
 * The text of a key's first value in the text `text`, NULL where it is missing or empty. In pairs, a value ends where the
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
 * Quicker forms that give the same where all texts are plain: each pair has the key written one way, no blanks but one
 * behind the separator, and no quotes. Whoever uses one has compared it with `keySql` in all rows.
 */
export function plainKeySqls(text: string, { head }: ParameterKey, format: ParameterFormat): string[] {
  if (format.kind === 'json') return [];
  const { separator, assign } = format;
  return [separator, `${separator} `].map((before) => {
    const behind = `split_part(concat(${literal(before)}, ${text}), ${literal(before + head + assign)}, 2)`;
    return `nullif(split_part(${behind}, ${literal(separator)}, 1), '')`;
  });
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
