import { type EndValue, findSentinels, isUsualNumber } from '../../src/sdk/index.ts';
import type { Study } from './study.ts';
import type { Tail } from './tails.ts';

/**
 * Whether the outliers of a tail are the same few values throughout that are often written for “unknown”, such as 9999.
 * profile_quality tells of these by the same rule; that they are far from all others says nothing more.
 */
export function areSentinels(
  { ctx }: Study,
  { measured, side, gap, middle, middleQuery, lastQuery }: Tail,
): boolean {
  if (measured.measure.derived) return false;
  const values: EndValue[] = [];
  for (let row = 0; row < lastQuery.rows.length; row += 1) {
    const [position, text] = [lastQuery.number(row, 'value') ?? 0, lastQuery.text(row, 'value') ?? ''];
    const last = values.at(-1);
    if (last?.position === position) values[values.length - 1] = { ...last, rows: last.rows + 1 };
    else values.push({ position, rows: 1, text });
  }
  const otherEnd = middleQuery.number(0, side === 'above' ? 'lowest' : 'highest') ?? middle.median;
  const end = side === 'above' ? 'high' : 'low';
  const found = findSentinels(values, { end, isTime: false, median: middle.median, otherEnd });
  const sentinels = values.slice(0, found);
  const rows = sentinels.reduce((sum, value) => sum + value.rows, 0);
  if (found === 0 || rows !== gap.outliers || !sentinels.every(isUsualNumber)) return false;
  ctx.note(
    `${measured.measure.sqlName}: ${sentinels.map(({ text }) => text).join(', ')} in ${rows} rows, cut off from all other values, seems to stand for “unknown”; it is left to the profile of quality, which looks for such values.`,
  );
  return true;
}
