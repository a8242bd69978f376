import { describe, expect, test } from 'vitest';
import type { Finding, RoleMap } from '../../src/contract/index.ts';
import { groupFindings } from '../../src/report/group-findings.ts';
import { buildReport, renderHtml, renderMarkdown } from '../../src/report/index.ts';
import { LEVERS, leverOf } from '../../src/report/lever.ts';
import { CIRCUMSTANCES, finding, outcome, query, reportInput } from './documents.ts';

/** A finding of a kind about columns; its title is its id to the reader. */
function about(kind: string, columns: readonly string[], change: Partial<Finding> = {}): Finding {
  const target = { columns: [...columns] };
  return finding({
    kind,
    title: `${kind} on ${columns.join(' and ')}`,
    target,
    about: [...columns],
    evidence: [query(`SELECT '${kind}', '${columns.join()}'`)],
    ...change,
  });
}

const grouped = (...findings: readonly Finding[]) => groupFindings(findings, new Set(['wait_s', 'wait_us']));

describe('findings are grouped', () => {
  test('where kinds that ask of relations name the same columns, led by the first', () => {
    const [one, other, third] = [
      about('measure_association', ['a', 'b']),
      about('segment_difference', ['a', 'b']),
      about('linear_regression', ['a', 'c']),
    ];
    expect(grouped(one, other, third)).toEqual([
      { about: ['a', 'b'], question: 'relation', leads: one.id, also: [other.id] },
    ]);
    expect(grouped(other, one)[0]?.leads).toBe(other.id);
  });

  test('where kinds that ask of change name one column, but not with what asks something else of it', () => {
    const [change, drift, extremes] = [
      about('change_points', ['a']),
      about('distribution_drift', ['a']),
      about('outliers', ['a']),
    ];
    expect(grouped(change, drift, extremes)).toEqual([
      { about: ['a'], question: 'change', leads: change.id, also: [drift.id] },
    ]);
  });

  test('not where one plugin tells two things of one kind: values too high and values too low', () => {
    const [high, low, sentinel] = [
      about('outliers', ['a']),
      about('outliers', ['a'], { title: 'low' }),
      about('sentinel', ['a'], { plugin_id: 'profile_quality' }),
    ];
    expect(grouped(high, low)).toEqual([]);
    expect(grouped(high, low, sentinel)[0]?.also).toEqual([sentinel.id]);
  });

  test('not where they speak of different jobs, nor where a relation has but one column', () => {
    const job = (name: string) => about('change_points', ['a'], { target: { activity: name } });
    expect(grouped(job('A'), job('B'))).toEqual([]);
    expect(grouped(about('linear_regression', ['a']), about('segment_difference', ['a']))).toEqual([]);
    expect(grouped(about('some_kind', ['a', 'b']), about('other_kind', ['a', 'b']))).toEqual([]);
  });

  test('where one plugin derives a measure in seconds and another in microseconds', () => {
    expect(
      grouped(about('group_difference', ['m', 'wait_s']), about('wait_by_module', ['m', 'wait_us'])),
    ).toHaveLength(1);
    expect(grouped(about('group_difference', ['m', 'x_s']), about('wait_by_module', ['m', 'x_us']))).toEqual(
      [],
    );
  });
});

describe('what tells the same', () => {
  const report = buildReport(
    reportInput({
      outcomes: [
        outcome('analysis_waits', {
          findings: [
            about('measure_association', ['a', 'b'], { severity: 'serious' }),
            about('linear_regression', ['a', 'b']),
            about('segment_difference', ['b', 'c'], { severity: 'info' }),
          ],
        }),
      ],
    }),
  );

  test('stands with the first of it in both readable forms, under a number and an anchor of its own', async () => {
    const html = await renderHtml(report, CIRCUMSTANCES);
    const text = renderMarkdown(report, CIRCUMSTANCES);
    expect(html).toContain('<li id="finding-1-1">');
    expect(html).toContain('The same relation, also seen by:');
    expect(text).toContain('#### 1.1. linear\\_regression on a and b');
    expect(text).toContain('### 2. segment\\_difference on b and c');
    for (const made of [html, text]) for (const { id } of report.findings) expect(made).toContain(id);
  });

  test('is counted apart from what is worth telling, and all of it is in the document', () => {
    expect(report.findings).toHaveLength(3);
    expect(report.groups).toMatchObject([{ also: [report.findings[1]?.id] }]);
    expect(renderMarkdown(report, CIRCUMSTANCES)).toContain(
      'found 2 things worth telling, all of them measured. 1 more finding tells the same by other means.',
    );
  });
});

describe('how far a relation can be acted on', () => {
  const bind = (role: string, sqlName: string): RoleMap['bindings'][number] => ({
    role,
    sql_name: sqlName,
    confidence: 1,
    source: 'inferred',
    reasons: [],
  });
  const roles: RoleMap = {
    schema_version: 'role_map.v1',
    bindings: [
      bind('activity', 'JOB'),
      bind('module', 'MODULE'),
      bind('resource', 'HOST'),
      bind('duration', 'SECONDS'),
      bind('status', 'STATUS'),
    ],
  };
  const lever = (kind: string, ...columns: string[]) => leverOf(about(kind, columns), roles);

  test('is little where it tells how the work is organised, or that other work takes other times', () => {
    expect(lever('category_association', 'JOB', 'MODULE')).toBe(LEVERS.organised);
    expect(lever('group_difference', 'JOB', 'SECONDS')).toBe(LEVERS.otherWork);
    expect(lever('segment_difference', 'MODULE', 'service_s')).toBe(LEVERS.otherWork);
  });

  test('is much where servers differ, and as the plugin says in all other cases', () => {
    expect(lever('group_difference', 'HOST', 'SECONDS')).toBe(LEVERS.server);
    expect(lever('group_difference', 'HOST', 'JOB')).toBe(1);
    expect(lever('group_difference', 'JOB', 'eligible_wait_s')).toBe(1);
    expect(lever('category_association', 'JOB', 'STATUS')).toBe(1);
    expect(lever('outliers_within_activity', 'JOB', 'SECONDS')).toBe(1);
  });
});
