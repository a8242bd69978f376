import { type ColumnTally, newColumnTally } from './column-tally.ts';

/** A tally of rows that come behind so many others. */
export interface LaterTally {
  readonly tally: ColumnTally;
  readonly rowsBefore: number;
}

/** What one tally of all rows would be, from those of stretches of them, in their order. */
export function mergeTallies(stretches: readonly LaterTally[]): ColumnTally {
  const sum = newColumnTally();
  for (const { tally, rowsBefore } of stretches) add(sum, tally, rowsBefore);
  return sum;
}

function add(sum: ColumnTally, more: ColumnTally, rowsBefore: number): void {
  sum.kinds |= more.kinds;
  sum.innerKinds |= more.innerKinds;
  more.counts.forEach((count, slot) => {
    sum.counts[slot] = (sum.counts[slot] ?? 0) + count;
  });
  for (const name of ['values', 'empty', 'quotedEmpty', 'textBytes'] as const) sum[name] += more[name];
  for (const name of ['integerDigits', 'fractionDigits', 'significantFraction'] as const)
    sum[name] = Math.max(sum[name], more[name]);
  for (const name of ['beyond64', 'grouped', 'certainGroups', 'twelveHours', 'twentyFourHours'] as const)
    sum[name] ||= more[name];
  for (const name of ['plain', 'dayFirst', 'monthFirst'] as const) sum[name] &&= more[name];
  addCounts(sum.markers, more.markers);
  addCounts(sum.offsets, more.offsets);
  for (const separator of more.separators) sum.separators.add(separator);
  for (const [kind, first] of more.firsts)
    if (!sum.firsts.has(kind)) sum.firsts.set(kind, { ...first, row: first.row + rowsBefore });
  for (const [form, { count, first }] of more.forms) {
    const known = sum.forms.get(form);
    if (known === undefined) sum.forms.set(form, { count, first: { ...first, row: first.row + rowsBefore } });
    else known.count += count;
  }
}

function addCounts<K>(sum: Map<K, number>, more: ReadonlyMap<K, number>): void {
  for (const [key, count] of more) sum.set(key, (sum.get(key) ?? 0) + count);
}
