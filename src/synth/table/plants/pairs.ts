import { exponential, sineOfTurns } from '../../elementary.ts';
import { CrossTally, PairTally, RankTally, Tally } from '../../tallies.ts';
import { category, decimal, fixed } from '../columns.ts';
import type { TablePlant } from '../plant.ts';

const CORRELATION = { min: 0.01, max: 0.99 } as const;

export const correlation: TablePlant = {
  name: 'correlation',
  meaning: 'two normal measures with a linear correlation: pressure and flow_rate',
  size: { ...CORRELATION, default: 0.3, unit: "Pearson's r" },
  plant(size, stream) {
    const random = stream('both');
    const pair = new PairTally();
    return {
      columns: [decimal('pressure', 3), decimal('flow_rate', 3)],
      cells() {
        const z = random.normal();
        const pressure = fixed(12 + 1.5 * z, 3);
        const flow = fixed(240 + 30 * (size * z + Math.sqrt(1 - size * size) * random.normal()), 3);
        pair.add(Number(pressure), Number(flow));
        return [pressure, flow];
      },
      facts: () => ({
        kind: 'dependence',
        statement: 'flow_rate rises with pressure, in a line.',
        target: { columns: ['flow_rate', 'pressure'] },
        measured: { pearson_r: pair.r },
      }),
    };
  },
};

export const monotone: TablePlant = {
  name: 'monotone',
  meaning: 'two measures that rise together, far from a line: dose and response',
  size: { ...CORRELATION, default: 0.4, unit: "Spearman's rho" },
  plant(size, stream) {
    const random = stream('both');
    const [pair, order] = [new PairTally(), new RankTally()];
    // two normals with this correlation have the rank correlation that is asked for (Pearson 1907)
    const r = 2 * sineOfTurns(size / 12);
    return {
      columns: [decimal('dose', 4), decimal('response', 4)],
      cells() {
        const z = random.normal();
        const dose = fixed(z * z * z + 5 * z, 4);
        const response = fixed(exponential(2.5 * (r * z + Math.sqrt(1 - r * r) * random.normal())), 4);
        pair.add(Number(dose), Number(response));
        order.add(Number(dose), Number(response));
        return [dose, response];
      },
      facts: () => ({
        kind: 'dependence',
        statement: 'response rises with dose, but not in a line; it is very skewed.',
        target: { columns: ['dose', 'response'] },
        measured: {
          spearman_rho: order.rho,
          pearson_r: pair.r,
          ...(order.pairs < pair.x.n && { spearman_rho_of_first_rows: order.pairs }),
        },
      }),
    };
  },
};

export const confoundedPair: TablePlant = {
  name: 'confounded_pair',
  meaning: 'two measures that go together only through a third: ice_sales and fan_sales through heat',
  size: { ...CORRELATION, default: 0.6, unit: 'correlation of each with the third' },
  plant(size, stream) {
    const random = stream('all');
    const rest = Math.sqrt(1 - size * size);
    const [both, ice, fan] = [new PairTally(), new PairTally(), new PairTally()];
    return {
      columns: [decimal('heat', 2), decimal('ice_sales', 2), decimal('fan_sales', 2)],
      cells() {
        const z = random.normal();
        const heat = fixed(21 + 5 * z, 2);
        const ices = fixed(900 + 120 * (size * z + rest * random.normal()), 2);
        const fans = fixed(300 + 40 * (size * z + rest * random.normal()), 2);
        both.add(Number(ices), Number(fans));
        ice.add(Number(ices), Number(heat));
        fan.add(Number(fans), Number(heat));
        return [heat, ices, fans];
      },
      facts: () => ({
        kind: 'indirect_dependence',
        statement: 'ice_sales and fan_sales go together only because both follow heat.',
        target: { columns: ['fan_sales', 'ice_sales'], through: 'heat' },
        measured: {
          pearson_r: both.r,
          r_of_ice_sales_and_heat: ice.r,
          r_of_fan_sales_and_heat: fan.r,
          partial_r: (both.r - ice.r * fan.r) / Math.sqrt((1 - ice.r * ice.r) * (1 - fan.r * fan.r)),
        },
      }),
    };
  },
};

const CARRIERS = ['Adler', 'Birke', 'Cedar', 'Dorn'];
const DAMAGES = ['none', 'wet', 'torn', 'crushed'];

export const categoryAssociation: TablePlant = {
  name: 'category_association',
  meaning: 'two categories that go together: carrier and damage_type',
  size: { ...CORRELATION, default: 0.15, unit: "Cramér's V" },
  plant(size, stream) {
    const random = stream('both');
    const cross = new CrossTally();
    return {
      columns: [category('carrier'), category('damage_type')],
      cells() {
        const at = random.integer(CARRIERS.length);
        const carrier = CARRIERS[at] ?? '';
        // the level of the same place with probability V, else any: uniform margins, and exactly this V
        const damage = (random.chance(size) ? DAMAGES[at] : random.pick(DAMAGES)) ?? '';
        cross.add(carrier, damage);
        return [carrier, damage];
      },
      facts: () => ({
        kind: 'association',
        statement: 'Each carrier has one damage_type more often than the others.',
        target: { columns: ['carrier', 'damage_type'] },
        measured: { cramers_v: cross.cramersV },
      }),
    };
  },
};

const [CONSTANT, SLOPE_A, SLOPE_B] = [5, 2, -1.5];

export const regression: TablePlant = {
  name: 'regression',
  meaning: 'a measure that is a line of two others: output = 5 + 2 input_a − 1.5 input_b + noise',
  size: { default: 0.5, min: 0.01, max: 0.999, unit: 'share of the variance explained (R²)' },
  plant(size, stream) {
    const random = stream('all');
    const noise = Math.sqrt(((SLOPE_A * SLOPE_A + SLOPE_B * SLOPE_B) * (1 - size)) / size);
    const [a, b, left] = [new PairTally(), new PairTally(), new Tally()];
    return {
      columns: [decimal('input_a', 4), decimal('input_b', 4), decimal('output', 4)],
      cells() {
        const [x, y] = [fixed(random.normal(), 4), fixed(random.normal(), 4)];
        const line = CONSTANT + SLOPE_A * Number(x) + SLOPE_B * Number(y);
        const output = fixed(line + noise * random.normal(), 4);
        a.add(Number(x), Number(output));
        b.add(Number(y), Number(output));
        left.add(Number(output) - line);
        return [x, y, output];
      },
      facts: () => ({
        kind: 'regression',
        statement: 'output is a linear function of input_a and input_b, plus noise.',
        target: { columns: ['input_a', 'input_b', 'output'], outcome: 'output' },
        measured: {
          true_intercept: CONSTANT,
          true_slope_input_a: SLOPE_A,
          true_slope_input_b: SLOPE_B,
          pearson_r_input_a: a.r,
          pearson_r_input_b: b.r,
          residual_standard_deviation: left.sd,
          variance_explained: 1 - left.variance / a.y.variance,
        },
      }),
    };
  },
};
