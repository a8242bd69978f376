import { describe, expect, test } from 'vitest';
import { type Analysed, analyseRuns, citedRows, type SmallRun, valuesOf } from './small-log.ts';

const PLUGIN = 'analysis_clock_violations';
const usual = { queued: '09:00', eligible: '09:01', start: '09:02', end: '09:10' };
const run = (id: number | string, more: Partial<SmallRun> = {}): SmallRun => ({
  id: String(id),
  job: 'JOB',
  ...usual,
  ...more,
});

describe('rows whose clock runs backwards', () => {
  test('are counted by interval and cited by row, and an instant is not backwards', async () => {
    const found = await analyseRuns(PLUGIN, [
      run(1),
      run(2, { end: '09:01:59' }),
      run(3, { start: '09:00:30', end: '09:10' }),
      run(4, { queued: '09:01:01' }),
      run(5, { eligible: '09:00', start: '09:00', end: '09:00' }),
      { id: '6', job: 'JOB', queued: '09:00' },
    ]);
    expect(valuesOf(found, 'clock_backwards')).toMatchObject({
      ...{ backward_rows: 3, all_rows: 6, backward_percent: 50 },
      ...{ service_rows: 1, wait_rows: 1, pre_eligible_rows: 1 },
    });
    expect(citedRows(found, 'clock_backwards')).toEqual([2, 3, 4]);
    expect(found.tests).toEqual([]);
  });

  test('excluded jobs have none of the faults, and what no run has is not said to be none', async () => {
    const fine = Array.from({ length: 10 }, (_, id) => run(id));
    const faults = [{ end: '09:01:00' }, { dep: '1', start: '09:05' }, { duration: '9000000000000000000' }];
    const log = [...fine, ...faults.map((fault, i) => run(20 + i, { job: 'OUT', ...fault }))];
    const kinds = (found: Analysed) => found.findings.map(({ kind }) => kind).sort();
    expect(kinds(await analyseRuns(PLUGIN, log))).toEqual([
      ...['clock_backwards', 'dependant_too_early', 'duration_disagrees'],
    ]);
    expect(kinds(await analyseRuns(PLUGIN, log, { excluded_activities: ['OUT'] }))).toEqual([]);
    const { end: _, ...endless } = usual;
    const [found] = (await analyseRuns(PLUGIN, [{ id: '1', job: 'A', ...endless, start: '08:00' }])).findings;
    expect(found?.statement).not.toContain('end before they start');
  });

  test('a log whose clock is right has no finding', async () => {
    const found = await analyseRuns(PLUGIN, [run(1), run(2, { dep: '1', start: '09:10', end: '09:20' })]);
    expect(found.findings).toEqual([]);
  });

  test('without an eligible time the start is held against the queue time', async () => {
    const { eligible: _, ...rest } = usual;
    const found = await analyseRuns(PLUGIN, [{ id: '1', job: 'JOB', ...rest, start: '08:59' }]);
    expect(found.findings[0]?.statement).toContain('Runs that start before they are queued: 1.');
  });
});

describe('dependants that start before what they depend on has ended', () => {
  test('are counted against the earliest end of their prerequisite; those that name themselves are none', async () => {
    const later = (start: string) => ({ eligible: start, start, end: '10:00' });
    const found = await analyseRuns(PLUGIN, [
      run(1),
      run(2, { dep: '1', ...later('09:09:30') }),
      run(3, { dep: '1', ...later('09:10') }),
      run(4, { dep: '4' }),
      run(5, { dep: '99' }),
      run(1, { end: '09:30' }),
    ]);
    expect(valuesOf(found, 'dependant_too_early')).toMatchObject({
      ...{ dependants: 2, early_rows: 1, early_percent: 50, earliest_s: 30 },
    });
    expect(citedRows(found, 'dependant_too_early')).toEqual([2]);
  });
});

describe('times and durations that stand out', () => {
  const day = (n: number) => `2025-01-${String(1 + n).padStart(2, '0')}`;
  const month = Array.from({ length: 28 }, (_, i) =>
    run(i, {
      ...{ queued: `${day(i)} 09:00:00`, eligible: `${day(i)} 09:01:00` },
      ...{ start: `${day(i)} 09:02:00`, end: `${day(i)} 09:10:00` },
    }),
  );

  test('a time far in the future of the log, or far before it, is cited; one soon after its end is not', async () => {
    const wrong = [
      { ...month[3], id: '90', job: 'JOB', end: '2052-01-04 09:10:00' },
      { ...month[4], id: '91', job: 'JOB', queued: '1900-01-01 00:00:00' },
      { ...month[27], id: '92', job: 'JOB', end: '2025-02-20 09:00:00' },
    ];
    // without the first and the last of each thousand: a period needs a few rows to be one
    const rows = Array.from({ length: 40 }, () => month).flat();
    const found = await analyseRuns(PLUGIN, [...rows, ...wrong]);
    expect(valuesOf(found, 'time_outside_period')).toMatchObject({ outside_rows: 2, later_rows: 1 });
    expect(citedRows(found, 'time_outside_period')).toEqual([1121, 1122]);
  });

  test('a duration that is not end less start is told, by an hour apart; a second is rounding', async () => {
    const found = await analyseRuns(PLUGIN, [
      run(1, { duration: '480' }),
      run(2, { duration: '481' }),
      run(3, { duration: '4080' }),
      run(4, { duration: '400' }),
      ...[5, 6, 7].map((id) => run(id, { duration: '480' })),
    ]);
    expect(valuesOf(found, 'duration_disagrees')).toMatchObject({
      ...{ compared_rows: 7, differing_rows: 2, hour_rows: 1, largest_s: 3600, median_s: 80 },
    });
    expect(citedRows(found, 'duration_disagrees')).toEqual([3, 4]);
  });

  test('a job whose runs end as they start is named; whole minutes, and a few runs, say nothing', async () => {
    const zero = (count: number, end: string) =>
      Array.from({ length: count }, (_, i) => run(i, { job: 'NOOP', start: end, end }));
    const real = run(99, { end: '09:10:07' });
    const flood = await analyseRuns(PLUGIN, [...zero(20, '09:02:03'), run(20, { job: 'NOOP' }), real]);
    expect(valuesOf(flood, 'zero_length_runs')).toMatchObject({ name: 'NOOP', runs: 21, zero_runs: 20 });
    expect((await analyseRuns(PLUGIN, [...zero(19, '09:02:03'), real])).findings).toEqual([]);
    const coarse = await analyseRuns(PLUGIN, zero(20, '09:02:00'));
    expect([coarse.findings, coarse.notes.join(' ')]).toEqual([
      [],
      expect.stringContaining('Ends are whole minutes'),
    ]);
  });
});

describe('clock changes of times without a zone', () => {
  /** A run every two minutes round the night of a change, and a week before and after; `skip`: not in that hour. */
  const nights = (dates: readonly string[], skip?: string) =>
    dates.flatMap((date) =>
      ['00', '01', '02', '03', '04'].flatMap((hour) =>
        skip === `${date} ${hour}`
          ? []
          : Array.from({ length: 30 }, (_, i) => {
              const minute = String(2 * i).padStart(2, '0');
              const at = `${date} ${hour}:${minute}:00`;
              return run(1, { queued: at, eligible: at, start: at, end: `${date} ${hour}:${minute}:30` });
            }),
      ),
    );
  const SPRING = ['2025-03-23', '2025-03-30', '2025-04-06'];
  const AUTUMN = ['2025-10-26'];

  test('an hour that only a change explains makes the doubled hour ambiguous: its rows are cited', async () => {
    const log = [...nights(SPRING, '2025-03-30 02'), ...nights(AUTUMN)];
    const found = await analyseRuns(PLUGIN, log);
    expect(found.findings.map((finding) => finding.kind)).toEqual(['clock_change']);
    expect(found.findings[0]?.scope).toEqual({ clocks: 'Europe/Berlin' });
    expect(valuesOf(found, 'clock_change')).toMatchObject({
      ...{ skipped_rows: 0, doubled_rows: 30, skipped_starts: 0, expected_twice: 60 },
    });
    expect(citedRows(found, 'clock_change')[0]).toBe(30 * 14 + 61);
  });

  test('a log of the autumn alone follows the clock whose doubled hour is twice as full', async () => {
    const log = nights(['2025-10-19', '2025-10-26', '2025-11-02']);
    const again = nights(['2025-10-26']).filter(({ start }) => start?.includes(' 02:'));
    const found = await analyseRuns(PLUGIN, [...log, ...again]);
    expect(found.findings[0]?.scope).toEqual({ clocks: 'Europe/Berlin' });
    expect(valuesOf(found, 'clock_change')).toMatchObject({
      doubled_rows: 60,
      doubled_starts: 60,
      once_twice: 60,
    });
    const busy = await analyseRuns(PLUGIN, [...log, ...nights(['2025-10-26'])]);
    expect([(await analyseRuns(PLUGIN, log)).findings, busy.findings]).toEqual([[], []]);
  });

  test('a few times in the skipped hour are impossible, and said to be so', async () => {
    const wrong = run(9, {
      queued: '2025-03-30 02:30:00',
      eligible: '2025-03-30 02:30:00',
      start: '2025-03-30 02:30:00',
      end: '2025-03-30 03:30:00',
    });
    const found = await analyseRuns(PLUGIN, [...nights(SPRING, '2025-03-30 02'), wrong]);
    expect(found.findings[0]?.title).toContain('1 rows hold a local time that never was');
  });

  test('a clock that skips no hour is nobody’s, unless the setting says whose it is', async () => {
    const log = nights(SPRING);
    const found = await analyseRuns(PLUGIN, log);
    expect([found.findings, found.notes.join(' ')]).toEqual([
      [],
      expect.stringContaining('no clock change shows in them'),
    ]);
    const told = await analyseRuns(PLUGIN, log, { time_zone: 'Europe/Berlin' });
    expect(valuesOf(told, 'clock_change')).toMatchObject({ skipped_rows: 30, moved_s: 3600 });
    const steady = await analyseRuns(PLUGIN, log, { time_zone: 'Asia/Tokyo' });
    expect([steady.findings, steady.notes.join(' ')]).toEqual([
      [],
      expect.stringContaining('The clock of Asia/Tokyo is not changed while the log lasts.'),
    ]);
  });

  /** A run that is queued, ready, started and ended at these local times. */
  const at = (queued: string, start: string, end: string) => run(1, { queued, eligible: queued, start, end });

  test.each([
    [
      'of half an hour, by an island',
      'Australia/Lord_Howe',
      '2025-10-05 02:15:00',
      '2025-04-06 01:45:00',
      1800,
    ],
    [
      'of a minute past midnight, as it was',
      'America/St_Johns',
      '2011-03-13 00:30:00',
      '2010-11-06 23:30:00',
      3600,
    ],
    ['before the rule of today', 'America/New_York', '2006-04-02 02:30:00', '2006-10-29 01:30:00', 3600],
    ['of a whole day', 'Pacific/Apia', '2011-12-30 12:00:00', '2011-04-02 03:30:00', undefined],
  ])(
    'a change %s: a time that it skipped, and one that it passed twice',
    async (_, zone, never, twice, moved) => {
      const found = await analyseRuns(
        PLUGIN,
        [
          at(never, never, never),
          at(twice, twice, twice),
          at('2011-06-01 12:00:00', '2011-06-01 12:00:00', '2011-06-01 12:00:00'),
        ],
        { time_zone: zone },
      );
      expect(valuesOf(found, 'clock_change')).toMatchObject({
        ...{ skipped_rows: 1, doubled_rows: 1 },
        ...(moved !== undefined && { moved_s: moved }),
      });
      expect(citedRows(found, 'clock_change')).toEqual([1, 2]);
    },
  );

  test('runs and waits that last across a change are counted and cited; those beside it are not', async () => {
    const found = await analyseRuns(
      PLUGIN,
      [
        at('2025-03-30 01:00:00', '2025-03-30 01:30:00', '2025-03-30 03:00:00'),
        at('2025-03-30 01:00:00', '2025-03-30 03:30:00', '2025-03-30 04:00:00'),
        at('2025-10-26 01:30:00', '2025-10-26 01:50:00', '2025-10-26 02:10:00'),
        at('2025-10-26 02:10:00', '2025-10-26 02:20:00', '2025-10-26 02:30:00'),
        at('2025-10-26 03:00:00', '2025-10-26 03:10:00', '2025-10-26 03:20:00'),
      ],
      { time_zone: 'Europe/Berlin' },
    );
    expect(valuesOf(found, 'clock_change')).toMatchObject({
      crossing_rows: 3,
      waiting_rows: 2,
      skipped_rows: 0,
    });
    expect(citedRows(found, 'clock_change')).toEqual([1, 2, 3, 4]);
  });

  test('the change that is told is the first that touches a row, not one before the log begins', async () => {
    const found = await analyseRuns(
      PLUGIN,
      [
        at('2025-04-01 10:00:00', '2025-04-01 10:01:00', '2025-04-01 10:02:00'),
        at('2025-10-26 01:30:00', '2025-10-26 01:50:00', '2025-10-26 02:10:00'),
      ],
      { time_zone: 'Europe/Berlin' },
    );
    expect(valuesOf(found, 'clock_change')).toMatchObject({
      changed_at: expect.stringContaining('2025-10-26'),
      crossing_rows: 1,
    });
  });

  test('where the clock is passed twice, what lies inside may be across, and an end that reads earlier is explained', async () => {
    const inside = ['02:10', '02:20', '02:30'].map((start) =>
      at('2025-10-26 02:10:00', `2025-10-26 ${start}:00`, '2025-10-26 03:10:00'),
    );
    const back = at('2025-10-26 01:00:00', '2025-10-26 02:50:00', '2025-10-26 02:10:00');
    const berlin = { time_zone: 'Europe/Berlin' };
    const found = await analyseRuns(PLUGIN, [...inside, back], berlin);
    expect(valuesOf(found, 'clock_change')).toMatchObject({ waiting_rows: 4, crossing_rows: 4 });
    const backwards = ({ findings }: Analysed) => findings.find(({ kind }) => kind === 'clock_backwards');
    expect(valuesOf(found, 'clock_backwards')).toMatchObject({ backward_rows: 1, put_back_rows: 1 });
    expect(backwards(found)).toMatchObject({ severity: 'notice' });
    const wrong = at('2025-10-26 01:00:00', '2025-10-26 03:50:00', '2025-10-26 02:10:00');
    const both = await analyseRuns(PLUGIN, [...inside, back, wrong], berlin);
    expect(valuesOf(both, 'clock_backwards')).toMatchObject({ backward_rows: 2, put_back_rows: 1 });
    expect(backwards(both)).toMatchObject({ severity: 'warning' });
    const unknown = await analyseRuns(PLUGIN, [...inside, back]);
    expect(backwards(unknown)?.statement).not.toContain('put back');
  });

  test('an excluded job is counted nowhere, and too many years are said to be', async () => {
    const across = at('2025-03-30 01:00:00', '2025-03-30 03:30:00', '2025-03-30 04:00:00');
    const log = [across, { ...across, id: '2', job: 'OUT' }];
    const settings = { time_zone: 'Europe/Berlin', excluded_activities: ['OUT'] };
    const of = (plugin: string, runs = log) => analyseRuns(plugin, runs, settings);
    const waits = 'analysis_queue_delay_decomposition';
    expect((await of(waits)).notes.join(' ')).toContain('1 waits and 0 runs');
    const ages = Array.from({ length: 60 }, (_, i) => `${1950 + i}-05-01 10:00:00`);
    const old = ages.map((time) => at(time, time, time));
    for (const plugin of [waits, PLUGIN])
      expect((await of(plugin, old)).notes.join(' ')).toContain('The starts go over 30 years or more');
  });

  test('analyses of waits say in every finding that some cross a change; the close window stays that of the wall clock', async () => {
    const log = [
      at('2025-03-30 01:00:00', '2025-03-30 03:30:00', '2025-03-30 04:00:00'),
      at('2025-04-05 23:30:00', '2025-04-05 23:40:00', '2025-04-05 23:50:00'),
      at('2025-04-06 00:30:00', '2025-04-06 00:40:00', '2025-04-06 00:50:00'),
    ];
    const of = (time_zone: string) => analyseRuns('analysis_queue_delay_decomposition', log, { time_zone });
    const [plain, berlin] = [await of(''), await of('Europe/Berlin')];
    const limits = ({ findings }: Analysed) =>
      findings.map(
        ({ limitations }) => limitations?.filter((text) => text.includes('across a change')).length,
      );
    expect(new Set(limits(plain))).toEqual(new Set([0]));
    expect(new Set(limits(berlin))).toEqual(new Set([1]));
    expect(berlin.notes.join(' ')).toContain('1 waits and 0 runs');
    expect(berlin.findings.map(({ title }) => title)).toEqual(plain.findings.map(({ title }) => title));
  });

  test.each(['01', '03'])(
    'a night without work at %s, beside the hour too, is no clock change',
    async (beside) => {
      const silent = nights([...SPRING, ...AUTUMN]).filter(
        ({ start = '' }) => !start.startsWith('2025-03-30 02') && !start.startsWith(`2025-03-30 ${beside}`),
      );
      expect((await analyseRuns(PLUGIN, silent)).findings).toEqual([]);
    },
  );
});
