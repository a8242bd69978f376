import type { ColumnType, DerivedDefinition } from '../../../contract/index.ts';
import { countsIn, type Run } from '../sql.ts';
import { dateSql, firstOfMonth, LAYOUTS, type Layout } from './layouts.ts';

/** What the values of a derived column are, and how its text becomes one; NULL where it is none. */
export interface Kind {
  readonly kind: DerivedDefinition['kind'];
  readonly type: ColumnType;
  sql(text: string): string;
}

/** What is known of the values besides themselves. */
export interface Hints {
  /** The type that is written behind the key. */
  readonly declared: string | undefined;
  /** The name has a word of the calendar, so that 202512 is a month and not a number. */
  readonly calendar: boolean;
}

const TEXT: Kind = { kind: 'text', type: { kind: 'text' }, sql: (text) => text };
const INTEGER = '-?(0|[1-9][0-9]{0,17})';
const DECIMAL = '-?(0|[1-9][0-9]{0,17})([.][0-9]{1,9})?';
const LOOKED_AT = 50;
/** Days and months may be missing in a few values, written as text; of numbers without a type behind the key, none may. */
const MOST = 0.95;
const DECLARED_NUMBER = /^(int|integer|long|number|numeric|decimal|float|double|money)$/;
const DECLARED_TEXT = /^(string|text|char|varchar|varchar2|code)$/;

/** The kind of the values `v`, with `n` rows each, of a relation. As strict as for columns of a file: what is a number comes back as the same text. */
export async function chooseKind(run: Run, values: string, hints: Hints): Promise<Kind> {
  const top = await run(`SELECT v, CAST(n AS VARCHAR) FROM ${values} ORDER BY n DESC, v LIMIT ${LOOKED_AT}`);
  const texts = top.map(([value]) => value ?? '');
  if (hints.declared !== undefined && DECLARED_TEXT.test(hints.declared)) return TEXT;
  return (await asDay(run, values, texts, hints)) ?? (await asNumber(run, values, texts, hints)) ?? TEXT;
}

/** A date or month, where a layout fits nearly all values; of two that do, the one whose days are those of month ends. */
async function asDay(
  run: Run,
  values: string,
  texts: readonly string[],
  hints: Hints,
): Promise<Kind | undefined> {
  const fits = (layout: Layout) => {
    const whole = new RegExp(
      `^(?:${javaScript(layout.pattern)})$`,
      layout.pattern.includes('(?i:') ? 'i' : '',
    );
    return texts.filter((text) => whole.test(text)).length * 2 >= Math.max(1, texts.length);
  };
  const possible = LAYOUTS.filter((layout) => (layout.digits !== true || hints.calendar) && fits(layout));
  const found: { readonly layout: Layout; readonly isMonth: boolean }[] = [];
  for (const layout of possible) {
    const day = dateSql('v', layout);
    const known = await countsIn(run, values, {
      all: 'sum(n)',
      read: `sum(n) FILTER (WHERE regexp_full_match(v, '${layout.pattern}') AND ${day} IS NOT NULL)`,
      first: `sum(n) FILTER (WHERE day(${day}) = 1)`,
      last: `sum(n) FILTER (WHERE ${day} = last_day(${day}))`,
    });
    const get = (name: string) => known.get(name) ?? 0;
    if (get('read') === 0 || get('read') < get('all') * MOST) continue;
    const edge = Math.max(get('first'), get('last')) === get('read');
    found.push({ layout, isMonth: layout.kind === 'month' || (edge && hints.calendar) });
  }
  const months = found.filter(({ isMonth }) => isMonth);
  const [best, rival] = months.length > 0 ? months : found;
  // 01/02/2025 may be in January or in February: nothing is guessed.
  if (best === undefined || rival !== undefined) return undefined;
  const { layout, isMonth } = best;
  const sql = (text: string) => {
    const day = dateSql(text, layout);
    return isMonth && layout.kind === 'date' ? firstOfMonth(day) : day;
  };
  return { kind: isMonth ? 'month' : 'date', type: { kind: 'date' }, sql };
}

async function asNumber(
  run: Run,
  values: string,
  texts: readonly string[],
  { declared = '' }: Hints,
): Promise<Kind | undefined> {
  const isNumber = new RegExp(`^(?:${DECIMAL})$`);
  if (!texts.some((text) => isNumber.test(text))) return undefined;
  const known = await countsIn(run, values, {
    all: 'sum(n)',
    integers: `sum(n) FILTER (WHERE regexp_full_match(v, '${INTEGER}'))`,
    numbers: `sum(n) FILTER (WHERE regexp_full_match(v, '${DECIMAL}'))`,
    digits: `max(length(split_part(ltrim(v, '-'), '.', 1))) FILTER (WHERE regexp_full_match(v, '${DECIMAL}'))`,
    scale: `max(length(split_part(v, '.', 2))) FILTER (WHERE regexp_full_match(v, '${DECIMAL}'))`,
  });
  const get = (name: string) => known.get(name) ?? 0;
  const enough = DECLARED_NUMBER.test(declared) ? get('all') * MOST : get('all');
  const isStrict = get('numbers') === get('all');
  if (get('integers') > 0 && get('integers') >= enough && get('scale') === 0) return integer(isStrict);
  if (get('numbers') === 0 || get('numbers') < enough) return undefined;
  return decimal(get('digits'), get('scale'), isStrict);
}

/** Where all values are numbers, the cast is all it takes. */
function integer(isStrict: boolean): Kind {
  const cast = (text: string) => `TRY_CAST(${text} AS BIGINT)`;
  const same = (text: string) => `CASE WHEN regexp_full_match(${text}, '${INTEGER}') THEN ${cast(text)} END`;
  return { kind: 'integer', type: { kind: 'integer' }, sql: isStrict ? cast : same };
}

function decimal(digits: number, scale: number, isStrict: boolean): Kind {
  const precision = Math.max(18, digits + scale);
  const cast = (text: string) => `TRY_CAST(${text} AS DECIMAL(${precision}, ${scale}))`;
  const same = (text: string) => `CASE WHEN regexp_full_match(${text}, '${DECIMAL}') THEN ${cast(text)} END`;
  return { kind: 'decimal', type: { kind: 'decimal', precision, scale }, sql: isStrict ? cast : same };
}

/** JavaScript of this version reads `(?i:…)` only as a flag of the whole. */
function javaScript(pattern: string): string {
  return pattern.replaceAll('(?i:', '(?:');
}
