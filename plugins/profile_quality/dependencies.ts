import { countOf } from './claims.ts';
import { POINTERS } from './column-use.ts';
import { type Counted, countDependency } from './count-dependency.ts';
import { reportDependency, reportNearDependency, reportOneToOne } from './report-dependency.ts';
import { cross } from './sample-pairs.ts';
import type { Surveyed, Table } from './survey.ts';

/** Rows of the sample that decide which pairs are counted over the whole table. */
const SCREENED_ROWS = 5_000;
/** In the sample nearly every row must fit; over all rows the rule is stricter. */
const SCREENED_EXCEPTIONS = 0.02;
const SCREENED_OF_CHANCE = 0.15;
/** Most pairs of columns that are counted over all rows. */
const MOST_COUNTED = 60;

/** Labels that follow from other labels: exactly, or with few exceptions, and not because chance would have it. */
export async function reportDependencies(table: Table, keys: readonly Surveyed[]): Promise<void> {
  const pairs = screenedPairs(labelsOf(table, keys));
  if (pairs.length > MOST_COUNTED) {
    table.ctx.note(
      `So many columns go together that only ${MOST_COUNTED} of ${pairs.length} pairs were counted over all rows for dependencies.`,
    );
  }
  const counted: Counted[] = [];
  for (const [a, b] of pairs.slice(0, MOST_COUNTED)) counted.push(await countDependency(table, a, b));
  const leaders = leadersOf(counted);
  for (const one of counted) {
    if (one.forward === 'exact' && one.backward === 'exact') {
      if (leaders.get(one.b) === one.a) reportOneToOne(table, one);
    } else if (one.forward === 'nearly' || one.backward === 'nearly') {
      if (isLed(one, leaders)) await reportNearDependency(table, one);
    } else if ((one.forward === 'exact' || one.backward === 'exact') && isLed(one, leaders)) {
      if (!followsFromOthers(one, counted)) reportDependency(table, one);
    }
  }
}

function labelsOf(table: Table, keys: readonly Surveyed[]): Surveyed[] {
  const most = Number(table.ctx.settings['most_label_columns']);
  const labels = table.columns
    .filter(({ use }) => use === 'label' || use === 'id')
    .filter((column) => !keys.includes(column) && !POINTERS.some((role) => column.roles.has(role)))
    .filter(({ distinct, present }) => distinct >= 2 && distinct <= present / 2);
  if (labels.length > most) {
    table.ctx.note(
      `Dependencies were looked for among the first ${most} of ${labels.length} columns of labels (setting most_label_columns).`,
    );
  }
  return labels.slice(0, most);
}

/** Pairs of which at least one direction holds in the sample, and not by chance. */
function screenedPairs(labels: readonly Surveyed[]): [Surveyed, Surveyed][] {
  return labels.flatMap((a, i) =>
    labels.slice(i + 1).flatMap((b): [Surveyed, Surveyed][] => {
      const found = cross(a.codes.subarray(0, SCREENED_ROWS), b.codes.subarray(0, SCREENED_ROWS));
      const few = (exceptions: number, values: number, decided: Surveyed) =>
        exceptions <= SCREENED_EXCEPTIONS * found.rows &&
        exceptions <= SCREENED_OF_CHANCE * (found.rows - values) * (1 - decided.agreement);
      if (found.rows === 0) return [];
      const holds =
        few(found.exceptions, found.firstValues, b) || few(found.reverseExceptions, found.secondValues, a);
      return holds ? [[a, b]] : [];
    }),
  );
}

/** Of columns that go one to one, the first in the table speaks for all: column → its leader. */
function leadersOf(counted: readonly Counted[]): ReadonlyMap<Surveyed, Surveyed> {
  const leaders = new Map<Surveyed, Surveyed>();
  for (const { a, b, forward, backward } of counted) {
    if (forward === 'exact' && backward === 'exact' && !leaders.has(b)) leaders.set(b, leaders.get(a) ?? a);
  }
  return leaders;
}

function isLed({ a, b }: Counted, leaders: ReadonlyMap<Surveyed, Surveyed>): boolean {
  return !leaders.has(a) && !leaders.has(b);
}

/** Whether an exact dependency is the sum of two others that hold in as many rows: a decides m, and m decides b. */
function followsFromOthers(one: Counted, counted: readonly Counted[]): boolean {
  const [from, to] = one.forward === 'exact' ? [one.a, one.b] : [one.b, one.a];
  const rows = rowsOf(one);
  const decides = (x: Surveyed, y: Surveyed) =>
    counted.some(
      (other) =>
        rowsOf(other) >= rows &&
        ((other.a === x && other.b === y && other.forward === 'exact') ||
          (other.b === x && other.a === y && other.backward === 'exact')),
    );
  const between = new Set(counted.flatMap(({ a, b }) => [a, b]));
  between.delete(from);
  between.delete(to);
  return [...between].some(
    (middle) =>
      decides(from, middle) && decides(middle, to) && !decides(middle, from) && !decides(to, middle),
  );
}

function rowsOf({ counts }: Counted): number {
  return countOf(counts, 'both_rows');
}
