import { expect, test } from 'vitest';
import type { Finding } from '../../../src/contract/index.ts';
import { closeLedger } from '../../../src/report/index.ts';
import { rolesOf, withTable } from '../make-table.ts';
import { runInProcess } from '../run-in-process.ts';
import { CLOSE_LOG_ROLES, type CloseLog, closeLog } from './close-log.ts';

type Window = readonly [first: number, last: number];
const TRUE_CLOSE: Window = [26, 4];

/** The findings that a run with this plugin alone keeps, and its notes. */
async function told(log: Omit<CloseLog, 'from' | 'close'> & { from?: string }, [first, last]: Window) {
  const table = closeLog({ from: '2025-10-01', ...log, close: TRUE_CLOSE });
  const settings = { close_start_day: first, close_end_day: last, permutations: 999 };
  const { result } = await withTable(table, (dataset) =>
    runInProcess('analysis_changepoint', dataset, rolesOf(CLOSE_LOG_ROLES), settings),
  );
  const findings: readonly Finding[] = closeLedger([result], 0.05).results[0]?.findings ?? [];
  return { findings, notes: result.notes.join(' '), table };
}

test.each<{ what: string; window: Window }>([
  { what: 'set exactly', window: TRUE_CLOSE },
  { what: 'as by default', window: [20, 5] },
  { what: 'set too short', window: [28, 2] },
  { what: 'of quite other days', window: [10, 15] },
])(
  'a close whose effect differs by the day of the week is no change of any job (window $what)',
  async ({ window }) => {
    const findings: string[] = [];
    for (const seed of ['1', '2'])
      findings.push(...(await told({ seed, days: 61 }, window)).findings.map(({ title }) => title));
    expect(findings).toEqual([]);
  },
);

/** Runs of a job on the days from the 7th on that are not in the close, Monday to Friday, by whether they come before a date. */
function medianRuns({ rows }: ReturnType<typeof closeLog>, job: string, from: string, to: string): number {
  const counts = Map.groupBy(
    rows.filter(([name, queued]) => name === job && (queued ?? '') >= from && (queued ?? '') < to),
    ([, queued]) => (queued ?? '').slice(0, 10),
  );
  const usual = [...counts]
    .filter(([date]) => {
      const [day, weekday] = [Number(date.slice(8)), new Date(date).getUTCDay()];
      return day > TRUE_CLOSE[1] && day < TRUE_CLOSE[0] && weekday > 0 && weekday < 6;
    })
    .map(([, runs]) => runs.length)
    .sort((a, b) => a - b);
  return usual[usual.length >> 1] ?? 0;
}

// Two stretches of three weeks are too short: a load that wanders looks the same in one of a few hundred.
test('a job with fewer runs from between two closes on is told with medians of days that can be compared', async () => {
  const steps = [{ job: 'GL_REPORT', day: 72, runs: 0.4 }];
  const { findings, table } = await told({ seed: '1', days: 122, steps }, TRUE_CLOSE);
  const [found, ...others] = findings.filter(({ target }) => target['activity'] === 'GL_REPORT');
  expect(others).toEqual([]);
  expect(found?.title).toContain('(Monday to Friday, outside of the close window): from');
  expect(String(found?.fields['date']?.value).slice(0, 10)).toBe('2025-12-12');
  const [before, after] = [Number(found?.fields['before']?.value), Number(found?.fields['after']?.value)];
  expect(Math.abs(before - medianRuns(table, 'GL_REPORT', '2025-10-05', '2025-12-12'))).toBeLessThanOrEqual(
    2,
  );
  expect(Math.abs(after - medianRuns(table, 'GL_REPORT', '2025-12-12', '2026-01-26'))).toBeLessThanOrEqual(1);
  expect(Number(found?.fields['days_before']?.value)).toBeGreaterThanOrEqual(5);
});

test('what changes in several jobs on one date is one finding, with each as an item', async () => {
  const steps = ['STEADY', 'GL_REPORT', 'INVOICE_POST'].map((job) => ({ job, day: 72, runs: 1.6 }));
  const { findings } = await told({ seed: '1', days: 122, steps }, TRUE_CLOSE);
  const [joint, ...others] = findings.filter(({ scope }) => scope['series'] === 'several jobs');
  expect(others).toEqual([]);
  const jobs = joint?.items.map(({ fields }) => fields['activity']?.value) ?? [];
  expect(jobs).toEqual(expect.arrayContaining(['STEADY', 'GL_REPORT', 'INVOICE_POST']));
  expect(findings.filter(({ target }) => target['activity'] !== undefined)).toEqual([]);
});

test('where the days can’t be compared, that is noted', async () => {
  const { findings, notes } = await told({ seed: '1', days: 45 }, [20, 5]);
  expect(findings).toEqual([]);
  expect(notes).toContain('too few days that can be compared');
});

test('in a log of three weeks, followed by the hour, neither weekends nor the close are a change', async () => {
  const jobs = ['GL_REPORT', 'WORKDAYS', 'MONDAYS'];
  const { findings, notes } = await told({ seed: '1', from: '2025-10-12', days: 20, jobs }, [20, 5]);
  expect(findings).toEqual([]);
  expect(notes).toContain('or a weekend is no change');
});

test('in a log of two weeks between closes a change that the same hours of the week show is told', async () => {
  const steps = [{ job: 'STEADY', day: 8, service: 2 }];
  const log = { seed: '1', from: '2025-11-08', days: 15, jobs: ['STEADY', 'GL_REPORT'], steps };
  const { findings } = await told(log, TRUE_CLOSE);
  const job = findings.find(({ target }) => target['activity'] === 'STEADY');
  expect(job?.title).toContain('Median of service time of STEADY per hour');
  expect(job?.statement).toContain('hours after, of the same hours of the week');
});
