import { expect, test } from 'vitest';
import type { FieldCondition, Finding, IssueCondition, KnownIssue } from '../../src/contract/index.ts';
import { evaluateIssues } from '../../src/report/known-issues/evaluate-issues.ts';
import { markRepeats } from '../../src/report/known-issues/mark-repeats.ts';
import { byRank } from '../../src/report/rank.ts';
import { finding } from './documents.ts';

const issue = (condition: Partial<IssueCondition>): KnownIssue => ({
  ...{ id: 'one', title: 'One', sentence: 'One.', strict: false },
  condition: { plugin: 'analysis_waits', kind: 'wait', where: [], count: {}, ...condition },
});
const wait = (name: string, seconds: number, items: Finding['items'] = []): Finding =>
  finding({
    kind: 'wait',
    target: { activity: name },
    fields: { name: { value: name }, over_s: { value: seconds, unit: 's' } },
    items,
  });
const item = (name: string, seconds: number) => wait(name, seconds) as unknown as Finding['items'][number];
const ran = [{ plugin_id: 'analysis_waits', status: 'ok', reason: '' }] as const;
const evaluate = (condition: Partial<IssueCondition>, findings: readonly Finding[]) => {
  const [result] = evaluateIssues([issue(condition)], findings, ran);
  return [result?.outcome, result?.count, result?.reason];
};
const over = (value: number, unit: string): FieldCondition => ({ field: 'over_s', is: '>', value, unit });

test('a condition is counted, in whatever unit it was said, and the count decides the outcome', () => {
  const findings = [wait('A', 7200), wait('B', 3601), wait('C', 60)];
  expect(evaluate({ where: [over(1, 'h')] }, findings)).toEqual([
    'confirmed',
    2,
    '2 findings fit; expected: at least 1',
  ]);
  expect(evaluate({ where: [over(1, 'h')], count: { min: 3 } }, findings)[0]).toBe('below_min');
  expect(evaluate({ where: [over(1, 'h')], count: { max: 1 } }, findings)[0]).toBe('over_limit');
  expect(evaluate({ where: [over(3, 'h')], count: { max: 0 } }, findings)[0]).toBe('confirmed');
  expect(evaluate({ kind: 'other' }, findings)).toEqual([
    'missing',
    0,
    'nothing of the kind other was found; expected: at least 1',
  ]);
});

test('what is missing says how far the nearest was from it, and units that can not be compared are told', () => {
  const named: FieldCondition = { field: 'name', is: '=', value: 'a' };
  expect(evaluate({ where: [named, over(3, 'h')] }, [wait('A', 7200)])[2]).toContain(
    'where name = “a”, over_s is 2\u202fh',
  );
  expect(evaluate({ where: [named, over(3, 'rows')] }, [wait('A', 7200)])[2]).toContain(
    'can not be compared with rows',
  );
});

test('what can not be asked of a run is not evaluated, with the reason', () => {
  expect(evaluate({ where: [{ field: 'hours', is: '>', value: 1 }] }, [wait('A', 1)])).toEqual([
    ...['not_evaluated', null],
    'no finding wait of analysis_waits says hours; they say activity, name, over_s',
  ]);
  const [absent] = evaluateIssues([issue({})], [], []);
  expect(absent).toMatchObject({ outcome: 'not_evaluated', count: null });
  const ended = (status: 'not_applicable' | 'timed_out', reason: string) =>
    evaluateIssues([issue({})], [], [{ plugin_id: 'analysis_waits', status, reason }])[0]?.reason;
  expect(ended('not_applicable', 'no column has the role activity')).toBe(
    'analysis_waits does not apply to this table: no column has the role activity',
  );
  expect(ended('timed_out', '')).toBe('analysis_waits: ran out of time');
});

test('what a plugin could not look for is neither confirmed nor missing, unless what it found decides', () => {
  const said = (condition: Partial<IssueCondition>, unseen: object, findings: readonly Finding[] = []) => {
    const not_looked_for = [{ kinds: ['wait'], reason: 'No run has an end.', ...unseen }];
    const [result] = evaluateIssues([issue(condition)], findings, [{ ...ran[0], not_looked_for }]);
    return [result?.outcome, result?.count];
  };
  const unknown = ['not_evaluated', null];
  expect(said({}, {})).toEqual(unknown);
  expect(said({ count: { max: 0 } }, {})).toEqual(unknown);
  expect(said({ count: { min: 2 } }, {}, [wait('A', 1)])).toEqual(unknown);
  expect(said({}, {}, [wait('A', 1)])).toEqual(['confirmed', 1]);
  expect(said({ count: { max: 0 } }, {}, [wait('A', 1)])).toEqual(['over_limit', 1]);
  expect(said({}, { kinds: ['other'] })[0]).toBe('missing');
  expect(said({ where: [over(1, 'h')] }, { fields: ['over_s'] })).toEqual(unknown);
  expect(said({ where: [over(1, 'h')] }, { fields: ['service_s'] })[0]).toBe('missing');
  const named: FieldCondition = { field: 'name', is: '=', value: 'a' };
  expect(said({ where: [named] }, { names: ['B', 'A'] })).toEqual(unknown);
  expect(said({ where: [named] }, { names: ['B'] })[0]).toBe('missing');
});

test('items count each for themselves, and the target of a finding can be asked for', () => {
  const many = wait('A', 7200, [item('A', 7200), item('B', 5000), item('C', 10)]);
  expect(evaluate({ where: [over(1, 'h')] }, [many]).slice(0, 2)).toEqual(['confirmed', 2]);
  const targeted: FieldCondition = { field: 'target.activity', is: 'contains', value: 'a' };
  expect(evaluate({ where: [targeted] }, [wait('PAY', 1), wait('GL', 1)]).slice(0, 2)).toEqual([
    'confirmed',
    1,
  ]);
});

test('a finding that repeats a known issue stands behind what is new; one that is known in part, or refutes it, does not', () => {
  const score = (value: number) => ({
    value,
    parts: { evidence: 1, effect: 1, reach: 1, actionability: value },
  });
  const findings = [
    { ...wait('KNOWN', 7200), score: score(0.9) },
    { ...wait('PART', 7200, [item('KNOWN', 7200), item('NEW', 7200)]), score: score(0.5) },
    { ...wait('NEW', 7200), score: score(0.1) },
    { ...wait('NEVER', 7200), score: score(0.05) },
  ];
  const known = (name: string, count: IssueCondition['count'] = {}) => ({
    ...issue({ where: [{ field: 'name', is: '=', value: name }], count }),
    id: name.toLowerCase(),
  });
  const ranked = markRepeats(findings, [known('KNOWN'), known('NEVER', { max: 0 })]).sort(byRank);
  expect(ranked.map(({ target, repeats }) => [target['activity'], repeats?.whole])).toEqual([
    ['PART', false],
    ['NEW', undefined],
    ['NEVER', undefined],
    ['KNOWN', true],
  ]);
});
