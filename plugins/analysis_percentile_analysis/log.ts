import {
  ACTIONABILITY,
  CLOSE_FIELDS,
  CLOSE_WINDOW,
  type FieldInput,
  fieldOf,
  fieldsOf,
  readLeftOut,
  type WaitStudy,
} from '../../src/sdk/index.ts';
import { LEVEL, type Percentiles } from './percentiles.ts';

const SIDES = [
  ['close', 'open'],
  ['standalone', 'chained'],
] as const;

/** The waits of the whole log: typical, one in twenty, one in a hundred, and the same of close against open, standalone against chained. */
export async function reportLog(study: WaitStudy, waits: Percentiles): Promise<void> {
  const { ctx } = study;
  const { handle } = waits;
  const row = waits.row('all', 'all');
  if (row === undefined) return;
  const leftOut = await readLeftOut(ctx, study.log, study.clock);
  const pairs = SIDES.filter((pair) => pair.every((side) => waits.row('all', 'all', side) !== undefined));
  const hasClose = pairs.some(([side]) => side === 'close');
  const hasHigh = handle.text(row, 'p99_high_s') !== null;
  ctx.metric('p99_wait_s', fieldOf(handle, row, 'p99_s'));
  ctx.finding({
    kind: 'wait_percentiles',
    title: `One run in a hundred waits longer than {p99_s}, one in ten longer than {p90_s}, half ${handle.number(row, 'p50_s') === 0 ? 'do not wait' : '{p50_s} or less'}`,
    statement: [
      'Of {runs} runs with a known wait, one in ten waited longer than {p90_s}, one in twenty longer than {p95_s}, one in a hundred longer than {p99_s}' +
        (hasHigh ? ' (interval {p99_low_s} to {p99_high_s}).' : '.'),
      ...pairs.map(
        ([a, b]) =>
          `${WORDS[a]} one in twenty waited longer than {${a}_p95_s} and one in a hundred longer than {${a}_p99_s}, ${WORDS[b]} {${b}_p95_s} and {${b}_p99_s}.`,
      ),
      ...(hasClose ? [`The close window is ${CLOSE_WINDOW}.`] : []),
      ...(leftOut.sentence === undefined ? [] : [leftOut.sentence]),
    ].join(' '),
    fields: {
      ...fieldsOf(handle, row, ['runs', 'p50_s', 'p90_s', 'p95_s', 'p99_s']),
      ...(hasHigh && fieldsOf(handle, row, ['p99_low_s', 'p99_high_s'])),
      ...Object.fromEntries(pairs.flat().flatMap((side) => sideFields(waits, side))),
      ...(hasClose && CLOSE_FIELDS),
      ...leftOut.fields,
    },
    estimate: {
      name: 'wait_of_one_run_in_a_hundred',
      field: 'p99_s',
      ...(hasHigh && { interval: { low: 'p99_low_s', high: 'p99_high_s', level: LEVEL } }),
    },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: 0.1, reach: 0.1, actionability: ACTIONABILITY.other },
    limitations: [
      'Percentiles are waits that occurred, by nearest rank. The interval takes runs for independent of each other; runs of one rush are not, and then it is too narrow.',
    ],
  });
}

const WORDS: Readonly<Record<string, string>> = {
  close: 'In the close window',
  open: 'outside of it',
  standalone: 'Of standalone runs',
  chained: 'of chained ones',
};

function sideFields(waits: Percentiles, side: string): [string, FieldInput][] {
  const row = waits.row('all', 'all', side) ?? 0;
  return ['p95_s', 'p99_s'].map((name) => [`${side}_${name}`, fieldOf(waits.handle, row, name)]);
}
