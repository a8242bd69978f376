import type { FieldCondition, IssueCondition } from '../../contract/index.ts';
import { formatFieldValue } from '../format-value.ts';

/** `over_s > 20 h`. */
export function conditionWords({ field, is, value, unit }: FieldCondition): string {
  const shown =
    typeof value === 'string'
      ? `“${value}”`
      : formatFieldValue({ value, ...(unit !== undefined && { unit }) });
  return `${field} ${is} ${shown}`;
}

/** `at least 1`, `none`, `2 to 5`. */
export function countWords({ count: { min, max } }: IssueCondition): string {
  if (max === 0) return 'none';
  if (min !== undefined && max !== undefined) return min === max ? `exactly ${min}` : `${min} to ${max}`;
  return max === undefined ? `at least ${min ?? 1}` : `at most ${max}`;
}

/** A condition as one sentence, for whoever has to confirm it. */
export function issueWords(condition: IssueCondition): string {
  const { plugin, kind, where } = condition;
  const says = where.length === 0 ? '' : `, where ${where.map(conditionWords).join(' and ')}`;
  return `${countWords(condition)} of the findings ${kind} of ${plugin}${says}`;
}
