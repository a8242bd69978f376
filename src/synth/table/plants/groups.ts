import { Tally } from '../../tallies.ts';
import { category, decimal, fixed, identifier } from '../columns.ts';
import type { TablePlant } from '../plant.ts';

const LINES = ['L1', 'L2', 'L3', 'L4', 'L5'];

export const meanShift: TablePlant = {
  name: 'mean_shift',
  meaning: 'one level of a category has a higher mean: fill_weight on line L3',
  size: { default: 0.5, min: 0.01, max: 10, unit: 'standard deviations' },
  plant(size, stream) {
    const [lines, weights] = [stream('line'), stream('fill_weight')];
    const [level, rest] = [new Tally(), new Tally()];
    return {
      columns: [category('line'), decimal('fill_weight', 3)],
      cells() {
        const line = lines.pick(LINES);
        const weight = fixed(330 + 12 * (weights.normal() + (line === 'L3' ? size : 0)), 3);
        (line === 'L3' ? level : rest).add(Number(weight));
        return [line, weight];
      },
      facts: () => ({
        kind: 'group_difference',
        statement: 'fill_weight is higher on line L3 than on the other lines, which do not differ.',
        target: { columns: ['line', 'fill_weight'], category: 'line', measure: 'fill_weight', level: 'L3' },
        measured: {
          rows_in_level: level.n,
          rows_elsewhere: rest.n,
          mean_in_level: level.mean,
          mean_elsewhere: rest.mean,
          difference: level.mean - rest.mean,
          standardized_difference: (level.mean - rest.mean) / pooled(level, rest),
        },
      }),
    };
  },
};

/** Ward, what it costs in days there, and how often treatment A is given there. */
const WARDS: readonly (readonly [string, number, number])[] = [
  ['W1', 0, 0.85],
  ['W2', 1.5, 0.6],
  ['W3', 3, 0.4],
  ['W4', 4.5, 0.15],
];

export const simpson: TablePlant = {
  name: 'simpson',
  meaning: 'a difference that reverses within levels: recovery_days by treatment, within ward',
  size: { default: 0.5, min: 0.1, max: 1, unit: 'standard deviations within a ward, A above B' },
  plant(size, stream) {
    const [wards, treatments, days] = [stream('ward'), stream('treatment'), stream('days')];
    const pools = { A: new Tally(), B: new Tally() };
    const within = WARDS.map(() => ({ A: new Tally(), B: new Tally() }));
    return {
      columns: [category('ward'), category('treatment'), decimal('recovery_days', 2)],
      cells() {
        const at = wards.integer(WARDS.length);
        const [ward, base, share] = WARDS[at] ?? ['', 0, 0];
        const treatment = treatments.chance(share) ? 'A' : 'B';
        const value = fixed(20 + 2 * (base + days.normal() + (treatment === 'A' ? size : 0)), 2);
        pools[treatment].add(Number(value));
        within[at]?.[treatment].add(Number(value));
        return [ward, treatment, value];
      },
      facts: () => ({
        kind: 'reversal',
        statement:
          'Over all rows recovery_days is lower with treatment A; within every ward it is higher. The wards decide.',
        target: {
          columns: ['treatment', 'recovery_days'],
          category: 'treatment',
          measure: 'recovery_days',
          confounder: 'ward',
        },
        measured: {
          difference_over_all: pools.A.mean - pools.B.mean,
          ...Object.fromEntries(
            within.map(({ A, B }, i) => [`difference_in_${WARDS[i]?.[0] ?? ''}`, A.mean - B.mean]),
          ),
        },
      }),
    };
  },
};

export const codeTrap: TablePlant = {
  name: 'code_trap',
  meaning: 'a code that goes with a measure: ledger_no and handling_fee; a code is neither measure nor group',
  size: {
    default: 1,
    min: 0.1,
    max: 10,
    unit: 'standard deviations between the highest and the lowest code',
  },
  trap: true,
  plant(size, stream) {
    const [codes, fees] = [stream('ledger_no'), stream('handling_fee')];
    const overall = new Tally();
    return {
      columns: [identifier('ledger_no', 'integer'), decimal('handling_fee', 2)],
      cells() {
        const at = codes.integer(24);
        const fee = fixed(80 + 9 * (fees.normal() + (size * at) / 23), 2);
        overall.add(Number(fee));
        return [String(7100 + 35 * at), fee];
      },
      facts: () => ({
        kind: 'code',
        statement: 'ledger_no is a code: no finding may treat it as a quantity or as a group.',
        target: { columns: ['ledger_no'] },
        measured: { mean: overall.mean, standard_deviation: overall.sd },
      }),
    };
  },
};

/** Standard deviation within two groups. */
function pooled(a: Tally, b: Tally): number {
  return Math.sqrt(((a.n - 1) * a.variance + (b.n - 1) * b.variance) / (a.n + b.n - 2));
}
