import type { Column, ColumnType } from '../contract/index.ts';
import { shownText } from './shown-text.ts';

const LONGEST = 100;
const RESERVED = new Set(['row_number', 'file_row_number', 'filename', 'file_index']);

/** Source headers with the unique SQL names they get, and a note for each that had to change beyond recognition. */
export interface SqlNames {
  readonly names: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Unique SQL names for headers, ignoring case: letters, digits and `_` are kept, anything else becomes `_`; an empty
 * header becomes `C` and its ordinal; `row_number` and the prefix `_sh_` are reserved; clashes get `_2`, `_3` ….
 */
export function sqlNames(headers: readonly string[]): SqlNames {
  const taken = new Set(RESERVED);
  const notes: string[] = [];
  const seen = new Set<string>();
  const names = headers.map((header, i) => {
    const wished = wishedName(header, i + 1);
    const name = untaken(wished, taken);
    taken.add(name.toLowerCase());
    const note = noteOn(header, i + 1, wished, name, seen.has(header));
    if (note !== undefined) notes.push(note);
    seen.add(header);
    return name;
  });
  return { names, notes };
}

/** Columns from headers and types. */
export function columnsOf(
  headers: readonly string[],
  names: SqlNames,
  types: readonly ColumnType[],
): Column[] {
  return headers.map((name, i) => ({
    name,
    sql_name: names.names[i] ?? `C${i + 1}`,
    type: types[i] ?? { kind: 'text' },
  }));
}

function wishedName(header: string, ordinal: number): string {
  const kept = header.trim().replace(/[^\p{L}\p{M}\p{N}_]/gu, '_');
  if (kept === '') return `C${ordinal}`;
  const short = [...kept].slice(0, LONGEST).join('');
  if (/^_sh_/i.test(short)) return `c${short}`;
  return /^\p{N}/u.test(short) ? `c_${short}` : short;
}

function untaken(wished: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wished.toLowerCase())) return wished;
  for (let n = 2; ; n++) if (!taken.has(`${wished}_${n}`.toLowerCase())) return `${wished}_${n}`;
}

function noteOn(
  header: string,
  ordinal: number,
  wished: string,
  name: string,
  repeated: boolean,
): string | undefined {
  if (header.trim() === '') return `column ${ordinal} has no header; it is called ${name}`;
  const shown = shownText(header, 60);
  if (repeated)
    return `the header "${shown}" occurs more than once; column ${ordinal} is called ${name} in SQL`;
  if (name !== wished) return `the header "${shown}" clashes with another name; it is called ${name} in SQL`;
  return name === header.trim() ? undefined : `the header "${shown}" is called ${name} in SQL`;
}
