import { describe, expect, test } from 'vitest';
import type { Finding, FindingItem } from '../../src/contract/index.ts';
import { scoreOf } from '../../src/report/index.ts';
import { finding } from './documents.ts';

const SHARES = { effect: 1, reach: 1, actionability: 1 };
const claim = (q: number, holds?: NonNullable<FindingItem['replication']>['holds']) => ({
  test: { label: 't1', name: 'z', statistic: 3, p_value: 0.001, family: 'f', q_value: q },
  ...(holds && { replication: { by: 'time' as const, holds, first: { value: 1 }, second: { value: 2 } } }),
});
const evidenceOf = (change: Partial<Finding>) =>
  scoreOf(finding({ kind: 'x', confidence: { value: null, how: 'tested' }, ...change }), SHARES, false).parts
    .evidence;

describe('the evidence of a tested claim', () => {
  test('is one less its q-value, with no replication asked for or one that holds in both halves', () => {
    expect(evidenceOf(claim(0.04))).toBe(0.96);
    expect(evidenceOf(claim(0.04, 'both'))).toBe(0.96);
  });

  test.each(['first', 'second', 'neither'] as const)('is half of that where it holds in: %s', (holds) => {
    expect(evidenceOf(claim(0.04, holds))).toBe(0.48);
  });

  test('is that of the best item where only items are tested', () => {
    const item = (q: number, holds?: 'both' | 'first') => ({
      title: 'an item',
      statement: 'It is one.',
      fields: {},
      evidence: [],
      charts: [],
      ...claim(q, holds),
    });
    expect(evidenceOf({ items: [item(0.02, 'first'), item(0.04, 'both')] })).toBe(0.96);
  });
});
