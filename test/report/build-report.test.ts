import { describe, expect, it } from 'vitest';
import { check, Report } from '../../src/contract/index.ts';
import { buildReport, defaultShares, renderHtml, renderJson, scoreOf } from '../../src/report/index.ts';
import {
  CIRCUMSTANCES,
  COLUMNS,
  columnFacts,
  finding,
  findingTitles,
  outcome,
  reportInput,
} from './documents.ts';

const shares = (effect: number, reach: number, actionability: number) => ({
  value: 0,
  parts: { evidence: 0, effect, reach, actionability },
});

describe('the report document', () => {
  it('keeps its schema', () => {
    expect(check(Report, JSON.parse(renderJson(buildReport(reportInput()))))).toMatchObject({ ok: true });
  });

  it('keeps its schema when nothing ran', () => {
    const report = buildReport(reportInput({ outcomes: [] }));
    expect(check(Report, report)).toMatchObject({ ok: true });
    expect(report.findings).toEqual([]);
  });

  it('holds no circumstance: names of files other than the parts, times, run ids', () => {
    const text = renderJson(buildReport(reportInput()));
    expect(/"run_id":|finished_at|fingerprint|\/tmp|\.csv/.exec(text)).toBeNull();
  });

  it('is the same bytes whatever order the outcomes came in', () => {
    const input = reportInput();
    const reversed = { ...input, outcomes: input.outcomes.toReversed() };
    expect(renderJson(buildReport(reversed))).toBe(renderJson(buildReport(input)));
  });

  it('adds up the missing cells of a column over the parts', () => {
    const input = reportInput();
    const twice = {
      ...input,
      parts: [...input.parts, ...input.parts],
      ingest: [...input.ingest, ...input.ingest],
    };
    const { dataset } = buildReport(twice);
    expect(dataset.columns.map((column) => column.missing)).toEqual([0, 0, 62, 0, 0]);
    expect(dataset.parts.map((part) => part.parquet_file)).toEqual([
      'part-00001.parquet',
      'part-00002.parquet',
    ]);
  });

  it('tells in the outcome how many hypotheses a plugin tested and how many findings were dropped', () => {
    const waits = buildReport(reportInput()).plugins.find((plugin) => plugin.plugin_id === 'analysis_waits');
    expect(waits?.findings).toBe(2);
    expect(waits?.notes.join(' ')).toMatch(
      /Tested 2 hypotheses of the 2 of this run.*Dropped.*0\.05: 1 finding\./,
    );
  });

  it('keeps the reason of a plugin without result and no method note of it', () => {
    const report = buildReport(reportInput());
    const cases = report.plugins.find((plugin) => plugin.plugin_id === 'analysis_cases');
    expect(cases).toMatchObject({
      status: 'not_applicable',
      reason: 'no column has the role case',
      findings: 0,
    });
    expect(report.methods.map((note) => note.plugin_id)).toEqual(['analysis_waits', 'profile_basic']);
  });
});

describe('rank', () => {
  it('is evidence × effect × reach × actionability, the highest first', () => {
    const { findings } = buildReport(
      reportInput({
        outcomes: [
          outcome('a', {
            findings: [
              finding({ kind: 'low', title: 'low', score: shares(0.2, 0.5, 0.5) }),
              finding({ kind: 'high', title: 'high', score: shares(0.9, 0.8, 0.5) }),
              finding({
                kind: 'unsure',
                title: 'unsure',
                score: shares(0.9, 0.8, 0.5),
                confidence: { value: 0.5, how: 'model_check' },
              }),
            ],
          }),
        ],
      }),
    );
    expect(findings.map((f) => f.title)).toEqual(['high', 'unsure', 'low']);
    expect(findings[0]?.score).toEqual({
      value: 0.9 * 0.8 * 0.5,
      parts: { evidence: 1, effect: 0.9, reach: 0.8, actionability: 0.5 },
    });
  });

  it('counts 1 - q as the evidence of a tested finding', () => {
    const tested = buildReport(reportInput()).findings.find((f) => f.kind === 'close_slower');
    expect(tested?.score.parts.evidence).toBe(1 - 0.008);
  });

  it('puts every real finding, however small, before the facts of columns', () => {
    const report = buildReport(
      reportInput({
        outcomes: [
          outcome('profile_basic', { findings: COLUMNS.map((c) => columnFacts(c)) }, { type: 'profile' }),
          outcome('a', { findings: [finding({ kind: 'tiny', title: 'tiny', score: shares(0, 0, 0) })] }),
        ],
      }),
    );
    expect(findingTitles(report)[0]).toBe('tiny');
    expect(report.findings.slice(1).every((f) => f.score.value === 0)).toBe(true);
  });

  it('takes what is told about roles for facts, not for findings', async () => {
    const role = finding({
      kind: 'role_binding',
      plugin_id: 'profile_roles',
      title: 'X is the role "activity"',
    });
    const report = buildReport(reportInput({ outcomes: [outcome('profile_roles', { findings: [role] })] }));
    expect(report.findings[0]?.score.value).toBe(0);
    const html = await renderHtml(report, CIRCUMSTANCES);
    expect(html).toContain('found nothing to report');
    expect(html).toContain('The counts behind the roles');
  });

  it('takes how the table is built for facts, unless rows break it', async () => {
    const rule = { kind: 'functional_dependency', plugin_id: 'profile_quality' } as const;
    const holds = finding({ ...rule, title: 'code decides name', severity: 'info' });
    const broken = finding({ ...rule, title: 'code decides zone, but for two rows', severity: 'notice' });
    const report = buildReport(
      reportInput({ outcomes: [outcome('profile_quality', { findings: [holds, broken] })] }),
    );
    expect(report.findings.map(({ title, score }) => [title, score.value > 0])).toEqual([
      ['code decides zone, but for two rows', true],
      ['code decides name', false],
    ]);
    const html = await renderHtml(report, CIRCUMSTANCES);
    expect(html).toContain('How the table is built');
    expect(html).toContain('found 1 thing worth telling');
  });

  it('breaks ties by id', () => {
    const ids = buildReport(reportInput())
      .findings.filter((f) => f.kind === 'column_facts')
      .map((f) => f.id);
    expect(ids).toEqual(ids.toSorted());
  });

  it('falls back on the severity where a plugin gives no shares', () => {
    const bare = finding({ kind: 'x', severity: 'serious' });
    expect(scoreOf(bare, defaultShares('serious'), false).value).toBe(0.5);
    expect(scoreOf(bare, defaultShares('info'), false).value).toBeCloseTo(0.05, 12);
  });
});
