import { KIND } from './cell-kind.ts';
import { type ColumnTally, countOf, type ExampleCell, markerCounts } from './column-tally.ts';
import type { TypeDecision } from './column-type.ts';
import { UNREAD_FORMS, type UnreadForm } from './unread-form.ts';

type Family = 'numbers' | 'dates' | 'times of day' | 'true or false' | 'other';

const ONE: Readonly<Record<Family, string>> = {
  numbers: 'a number',
  dates: 'a date',
  'times of day': 'a time of day',
  'true or false': 'true or false',
  other: 'text',
};

/** The cells of a column that are alike. */
interface Group {
  readonly family: Family;
  /** Why they are not read as what they are; undefined where they would be, alone. */
  readonly unread?: string;
  readonly form?: UnreadForm | 'comma';
  readonly count: number;
  readonly first: ExampleCell;
}

const NUMBERS = KIND.integer | KIND.decimal | KIND.scientific;
const DAY_MONTH_KINDS = [KIND.day_month, KIND.day_month_time];
const DAYS_AND_MONTHS = KIND.day_month | KIND.day_month_time;

const FAMILY_OF_KIND: readonly (readonly [number, Family])[] = [
  [KIND.integer, 'numbers'],
  [KIND.decimal, 'numbers'],
  [KIND.scientific, 'numbers'],
  [KIND.comma, 'numbers'],
  [KIND.boolean, 'true or false'],
  [KIND.date, 'dates'],
  [KIND.timestamp, 'dates'],
  [KIND.zoned, 'dates'],
  [KIND.day_month, 'dates'],
  [KIND.day_month_time, 'dates'],
  [KIND.time, 'times of day'],
];

/** What the operator must know of a column that became text although it may hold something else; forced or not. */
export function textColumnNotes(name: string, tally: ColumnTally, decision: TypeDecision): string[] {
  const doubt = decision.forced ? undefined : doubtNote(name, tally, decision.why);
  const markers = markersNote(name, tally);
  return [doubt, markers].filter((note) => note !== undefined);
}

function markersNote(name: string, tally: ColumnTally): string | undefined {
  const counts = markerCounts(tally);
  if (counts.length === 0) return undefined;
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const listed =
    counts.length === 1 ? counts[0]?.text : counts.map((m) => `${m.text} (${m.count})`).join(', ');
  const what = total === 1 ? '1 cell that reads' : `${total} cells that read`;
  const values = total === 1 ? 'it is a value' : 'they are values';
  return `text column "${name}" holds ${what} ${listed}: ${values}, not missing`;
}

/** A note where at least half of the cells are of one family, or nothing is plain text. */
function doubtNote(name: string, tally: ColumnTally, why: string): string | undefined {
  const groups = groupsOf(tally);
  const cells = total(groups);
  const family = groups.map((group) => group.family).find((one) => total(of(groups, one)) * 2 >= cells);
  if (family === undefined || family === 'other') {
    const mixed = groups.length > 0 && groups.every((group) => group.family !== 'other');
    return mixed ? `column "${name}": ${why}; kept as text` : undefined;
  }
  const inside = of(groups, family);
  const outside = groups.filter((group) => group.family !== family);
  const said = [
    share(family, inside, cells),
    ...unread(inside),
    ...outsiders(outside),
    ...(outside.length > 0 || inside.some((group) => group.unread !== undefined) ? [] : [why]),
  ];
  const advice = adviceOn(name, tally, family, inside, missing(total(outside)));
  return `column "${name}": ${said.join('; ')}; kept as text. ${advice}`;
}

function adviceOn(
  name: string,
  tally: ColumnTally,
  family: Family,
  inside: readonly Group[],
  rest: string,
): string {
  if (family === 'numbers') return numberAdvice(name, tally, inside, rest);
  if (family === 'dates') return dateAdvice(name, tally, inside, rest);
  const type = family === 'times of day' ? 'time' : 'boolean';
  return `${option(name, type)} reads those${rest}`;
}

/** How many cells a type doesn't fit. */
function missing(cells: number): string {
  if (cells === 0) return '';
  return cells === 1 ? '; 1 cell becomes missing' : `; ${cells} cells become missing`;
}

function groupsOf(tally: ColumnTally): Group[] {
  const groups: Group[] = [];
  for (const [kind, family] of FAMILY_OF_KIND) {
    const first = tally.firsts.get(kind);
    if (first === undefined) continue;
    const comma = kind === KIND.comma ? { unread: 'with a decimal comma', form: 'comma' as const } : {};
    groups.push({ family, count: countOf(tally, kind), first, ...comma });
  }
  for (const [form, { count, first }] of tally.forms) {
    if (form === 'other') groups.push({ family: 'other', count, first });
    else groups.push({ family: familyOf(form), unread: UNREAD_FORMS[form], form, count, first });
  }
  return groups;
}

function familyOf(form: UnreadForm): Family {
  return form === 'date' || form === 'date_blanks' ? 'dates' : 'numbers';
}

function share(family: Family, inside: readonly Group[], cells: number): string {
  const count = total(inside);
  return `${count} of ${cells} cells ${count === 1 ? `is ${ONE[family]}` : `are ${family}`}`;
}

function unread(inside: readonly Group[]): string[] {
  return inside
    .filter((group) => group.unread !== undefined)
    .map(({ count, unread: how, first }) => `${count} of them ${how} (first ${shown(first)})`);
}

function outsiders(outside: readonly Group[]): string[] {
  const [first] = outside.map((group) => group.first).sort((a, b) => a.row - b.row);
  if (first === undefined) return [];
  const count = total(outside);
  return [count === 1 ? `1 is not: ${shown(first)}` : `${count} are not, the first ${shown(first)}`];
}

function numberAdvice(name: string, tally: ColumnTally, inside: readonly Group[], rest: string): string {
  const forms = new Set(inside.map((group) => group.form).filter((form) => form !== undefined));
  const comma = forms.delete('comma');
  const type = option(name, numberType(tally));
  if ([...forms].some((form) => form !== 'blanks' && form !== 'zeros')) {
    return `To have numbers, take that away in the file: ${type} would leave those cells missing`;
  }
  const commas = option(name, 'decimal(comma)');
  if (comma) return `${commas} reads commas as decimal signs and points as separators of thousands${rest}`;
  if (tally.grouped && !tally.certainGroups) return `${type} reads 1,234 as 1234, ${commas} as 1.234${rest}`;
  return `${type} reads the numbers${forms.has('zeros') ? ', if they are not codes' : ''}${rest}`;
}

function numberType(tally: ColumnTally): string {
  const kinds = (tally.kinds | tally.innerKinds) & NUMBERS;
  if ((kinds & KIND.scientific) !== 0) return 'double';
  return (kinds & ~KIND.integer) === 0 && kinds !== 0 && !tally.beyond64 ? 'integer' : 'decimal';
}

function dateAdvice(name: string, tally: ColumnTally, inside: readonly Group[], rest: string): string {
  const kinds = tally.kinds | tally.innerKinds;
  const timed = (kinds & (KIND.timestamp | KIND.day_month_time)) !== 0;
  const type = timed ? 'timestamp' : (kinds & KIND.zoned) !== 0 ? 'timestamptz' : 'date';
  if ((kinds & DAYS_AND_MONTHS) !== 0) {
    const others = dayMonthAdvice(name, tally, type, rest);
    const dayMonth = DAY_MONTH_KINDS.reduce((sum, kind) => sum + countOf(tally, kind), 0);
    const plain =
      inside.reduce((sum, { form, count }) => sum + (form === undefined ? count : 0), 0) - dayMonth;
    if (plain <= dayMonth) return others;
    const left = missing(total(groupsOf(tally)) - plain);
    const too = dayMonth === 1 ? 'the other date' : `the ${dayMonth} other dates`;
    return `${option(name, type)} reads the ${plain} written year first${left}. To read ${too} as well: ${others}`;
  }
  if (inside.some(({ form }) => form === 'date')) {
    return 'To have dates, write them as 2025-01-31 (or 2025-01-31 10:20:30) in the file';
  }
  return `${option(name, type)} reads the dates${rest}`;
}

function dayMonthAdvice(name: string, tally: ColumnTally, type: string, rest: string): string {
  const dmy = `${option(name, `${type}(dmy)`)} reads the day first`;
  const mdy = `${option(name, `${type}(mdy)`)} reads the month first`;
  if (tally.dayFirst === tally.monthFirst) {
    return `${dmy}, ${mdy}${tally.dayFirst ? rest : '; what has the other order becomes missing'}`;
  }
  return (tally.dayFirst ? dmy : mdy) + rest;
}

function option(name: string, type: string): string {
  return `--type "${name}=${type}"`;
}

function shown(cell: ExampleCell): string {
  return `"${cell.text}" in row ${cell.row}`;
}

function of(groups: readonly Group[], family: Family): Group[] {
  return groups.filter((group) => group.family === family);
}

function total(groups: readonly Group[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}
