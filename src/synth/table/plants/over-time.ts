import { DAY, timeWriter } from '../../civil-time.ts';
import type { Draws } from '../../draws.ts';
import { exponential, sineOfTurns } from '../../elementary.ts';
import { PairTally, ShareTally, Tally } from '../../tallies.ts';
import { category, decimal, fixed, type RowPlace } from '../columns.ts';
import type { TablePlant } from '../plant.ts';

/** The level changes after this share of the rows, the trend after half of them. */
const CHANGE_AT = 0.6;
const SD = 'standard deviations';

/** Two periods of the rows, with the first row of the second. */
function periods(at: number) {
  const write = timeWriter(false);
  let begin: { from_row: number; from_time: string } | undefined;
  return {
    isSecond({ position, row, time }: RowPlace): boolean {
      if (position < at) return false;
      begin ??= { from_row: row, from_time: write(time) };
      return true;
    },
    get place() {
      return { ...begin };
    },
  };
}

export const changePoint: TablePlant = {
  name: 'change_point',
  meaning: `the level of a measure rises after ${CHANGE_AT * 100} % of the rows: throughput`,
  size: { default: 1, min: 0.05, max: 20, unit: SD },
  plant(size, stream) {
    const random = stream('throughput');
    const [before, after] = [new Tally(), new Tally()];
    const period = periods(CHANGE_AT);
    return {
      columns: [decimal('throughput', 3)],
      cells(place) {
        const second = period.isSecond(place);
        const value = fixed(140 + 10 * (random.normal() + (second ? size : 0)), 3);
        (second ? after : before).add(Number(value));
        return [value];
      },
      facts: () => ({
        kind: 'change_point',
        statement: 'The level of throughput rises once, and stays.',
        target: { columns: ['throughput'] },
        place: period.place,
        measured: { mean_before: before.mean, mean_after: after.mean, difference: after.mean - before.mean },
      }),
    };
  },
};

export const trendBreak: TablePlant = {
  name: 'trend_break',
  meaning: 'a measure is flat for half of the rows and then rises steadily: backlog',
  size: { default: 2, min: 0.1, max: 50, unit: `${SD} from the break to the last row` },
  plant(size, stream) {
    const random = stream('backlog');
    const period = periods(0.5);
    const [flat, rising] = [new PairTally(), new PairTally()];
    return {
      columns: [decimal('backlog', 2)],
      cells(place) {
        const second = period.isSecond(place);
        const rise = second ? 2 * size * (place.position - 0.5) : 0;
        const value = fixed(800 + 25 * (random.normal() + rise), 2);
        (second ? rising : flat).add(place.position, Number(value));
        return [value];
      },
      facts: () => ({
        kind: 'trend_break',
        statement: 'backlog has no trend in the first half of the rows and rises in the second.',
        target: { columns: ['backlog'] },
        place: period.place,
        measured: { r_with_row_before: flat.r, r_with_row_after: rising.r },
      }),
    };
  },
};

type Draw = (second: boolean, size: number, random: Draws) => number;

/** A measure whose distribution differs between the halves of the rows. */
function drift(
  name: string,
  column: string,
  meaning: string,
  size: TablePlant['size'],
  draw: Draw,
): TablePlant {
  return {
    name,
    meaning,
    size,
    plant(chosen, stream) {
      const random = stream(column);
      const period = periods(0.5);
      const [first, second] = [new Tally(), new Tally()];
      return {
        columns: [decimal(column, 3)],
        cells(place) {
          const later = period.isSecond(place);
          const value = fixed(draw(later, chosen, random), 3);
          (later ? second : first).add(Number(value));
          return [value];
        },
        facts: () => ({
          kind: 'drift',
          statement: `The distribution of ${column} is another in the second half of the rows.`,
          target: { columns: [column] },
          place: period.place,
          measured: {
            mean_first: first.mean,
            mean_second: second.mean,
            sd_first: first.sd,
            sd_second: second.sd,
          },
        }),
      };
    },
  };
}

export const driftLocation = drift(
  'drift_location',
  'moisture',
  'a measure is higher in the second half of the rows: moisture',
  { default: 0.4, min: 0.01, max: 10, unit: SD },
  (second, size, { normal }) => 14 + 2 * (normal() + (second ? size : 0)),
);

export const driftSpread = drift(
  'drift_spread',
  'diameter',
  'a measure scatters more in the second half of the rows, round the same mean: diameter',
  { default: 1.5, min: 1.01, max: 10, unit: 'ratio of standard deviations' },
  (second, size, { normal }) => 25 + 0.4 * normal() * (second ? size : 1),
);

/** Mean and standard deviation of e^(z/2), to take out of a skewed draw. */
const SKEWED_MEAN = exponential(1 / 8);
const SKEWED_SD = Math.sqrt((exponential(1 / 4) - 1) * exponential(1 / 4));

export const driftShape = drift(
  'drift_shape',
  'viscosity',
  'a measure turns from normal to skewed in the second half, with the same mean and spread: viscosity',
  { default: 1, min: 0.1, max: 1, unit: 'share of skewed rows in the second half' },
  (second, size, { normal, chance }) => {
    const value = normal();
    const skewed = chance(size);
    return 60 + 6 * (second && skewed ? (exponential(value / 2) - SKEWED_MEAN) / SKEWED_SD : value);
  },
);

const CHANNELS = ['web', 'phone', 'mail', 'shop'];

export const driftCategories: TablePlant = {
  name: 'drift_categories',
  meaning: 'a category has other shares in the second half of the rows: channel',
  size: {
    default: 0.15,
    min: 0.01,
    max: 0.75,
    unit: 'total variation: share of rows that went to channel web',
  },
  plant(size, stream) {
    const random = stream('channel');
    const period = periods(0.5);
    const shares = new ShareTally();
    return {
      columns: [category('channel')],
      cells(place) {
        const drawn = random.pick(CHANNELS);
        const moves = random.chance(size / 0.75);
        const second = period.isSecond(place);
        const channel = second && moves ? 'web' : drawn;
        shares.add(second, channel);
        return [channel];
      },
      facts: () => ({
        kind: 'drift',
        statement: 'channel is web more often in the second half of the rows.',
        target: { columns: ['channel'], level: 'web' },
        place: period.place,
        measured: { total_variation: shares.totalVariation },
      }),
    };
  },
};

export const dependenceShift: TablePlant = {
  name: 'dependence_shift',
  meaning: 'two measures whose correlation turns its sign in the second half: torque and drag',
  size: { default: 0.5, min: 0.05, max: 0.99, unit: "Pearson's r in the first half; −r in the second" },
  plant(size, stream) {
    const random = stream('both');
    const period = periods(0.5);
    const [first, second] = [new PairTally(), new PairTally()];
    return {
      columns: [decimal('torque', 3), decimal('drag', 3)],
      cells(place) {
        const later = period.isSecond(place);
        const z = random.normal();
        const torque = fixed(45 + 4 * z, 3);
        const other = (later ? -size : size) * z + Math.sqrt(1 - size * size) * random.normal();
        const drag = fixed(9 + 2 * other, 3);
        (later ? second : first).add(Number(torque), Number(drag));
        return [torque, drag];
      },
      facts: () => ({
        kind: 'dependence_shift',
        statement:
          'torque and drag rise together at first, and against each other in the second half of the rows.',
        target: { columns: ['drag', 'torque'] },
        place: period.place,
        measured: { pearson_r_first: first.r, pearson_r_second: second.r },
      }),
    };
  },
};

export const dailyCycle: TablePlant = {
  name: 'daily_cycle',
  meaning: 'a measure has a daily cycle, highest at 6 and lowest at 18 o’clock: demand',
  size: { default: 0.7, min: 0.01, max: 10, unit: `${SD} from the mean to the top` },
  plant(size, stream) {
    const random = stream('demand');
    const [early, late] = [new Tally(), new Tally()];
    return {
      columns: [decimal('demand', 2)],
      cells({ time }) {
        const ofDay = (time % DAY) / DAY;
        const value = fixed(500 + 40 * (random.normal() + size * sineOfTurns(ofDay)), 2);
        (ofDay < 0.5 ? early : late).add(Number(value));
        return [value];
      },
      facts: () => ({
        kind: 'seasonality',
        statement: 'demand has a cycle of one day.',
        target: { columns: ['demand'], period: '24 hours' },
        measured: { mean_before_noon: early.mean, mean_after_noon: late.mean },
      }),
    };
  },
};

const BURST = { from: 0.7, share: 0.005 } as const;

export const burst: TablePlant = {
  name: 'burst',
  meaning: `rows come more often for ${BURST.share * 100} % of the time: recorded_at`,
  size: { default: 4, min: 1.1, max: 100, unit: 'ratio of rows per hour in the burst to the rest' },
  plant(size) {
    const write = timeWriter(false);
    const inside = (BURST.share * size) / (1 - BURST.share + BURST.share * size);
    const begin = (BURST.from * (1 - inside)) / (1 - BURST.share);
    const bend = (u: number): number => {
      if (u < begin) return (u / begin) * BURST.from;
      if (u < begin + inside) return BURST.from + ((u - begin) / inside) * BURST.share;
      const end = BURST.from + BURST.share;
      return end + ((u - begin - inside) / (1 - begin - inside)) * (1 - end);
    };
    const rows = { first: 0, last: 0, from: '', to: '' };
    return {
      columns: [],
      bend,
      cells: ({ row, time, timeShare }) => {
        if (timeShare >= BURST.from && timeShare < BURST.from + BURST.share) {
          if (rows.first === 0) Object.assign(rows, { first: row, from: write(time) });
          Object.assign(rows, { last: row, to: write(time) });
        }
        return [];
      },
      facts: () => ({
        kind: 'burst',
        statement: 'Rows come in more often for a short time.',
        target: { columns: ['recorded_at'] },
        place:
          rows.first === 0
            ? {}
            : { from_row: rows.first, to_row: rows.last, from_time: rows.from, to_time: rows.to },
        measured: { rows_in_burst: rows.first === 0 ? 0 : rows.last - rows.first + 1 },
      }),
    };
  },
};
