import { RowTally, Tally } from '../../tallies.ts';
import { decimal, fixed, integer } from '../columns.ts';
import type { TablePlant } from '../plant.ts';

/** About one row in 500 is planted, the third row of the table among them. */
const RARE = 0.002;
const SURE_ROW = 3;

export const outliers: TablePlant = {
  name: 'outliers',
  meaning: 'single values far outside of a normal measure: cycle_time',
  size: { default: 8, min: 3, max: 1000, unit: 'standard deviations from the mean' },
  plant(size, stream) {
    const random = stream('cycle_time');
    const rows = new RowTally();
    return {
      columns: [decimal('cycle_time', 3)],
      cells({ row }) {
        const [z, rare, up] = [random.normal(), random.chance(RARE), random.chance(0.5)];
        const planted = rare || row === SURE_ROW;
        if (planted) rows.add(row);
        return [fixed(90 + 5 * (planted ? (up ? size : -size) : z), 3)];
      },
      facts: () => ({
        kind: 'outliers',
        statement: 'Some values of cycle_time lie far outside, above and below.',
        target: { columns: ['cycle_time'] },
        rows: rows.facts,
        measured: { rows: rows.count, centre: 90, standard_deviation: 5 },
      }),
    };
  },
};

const R = 0.95;

export const multivariateOutliers: TablePlant = {
  name: 'multivariate_outliers',
  meaning: 'rows that are usual in each column and unusual together: length_mm and width_mm',
  size: { default: 6, min: 3, max: 9, unit: 'Mahalanobis distance' },
  plant(size, stream) {
    const random = stream('both');
    const rows = new RowTally();
    const largest = new Tally();
    return {
      columns: [decimal('length_mm', 3), decimal('width_mm', 3)],
      cells({ row }) {
        const [z, w, rare, up] = [random.normal(), random.normal(), random.chance(RARE), random.chance(0.5)];
        const planted = rare || row === SURE_ROW;
        // on the other diagonal, (a, −a): its Mahalanobis distance is a √(2 / (1 − r))
        const a = (up ? size : -size) * Math.sqrt((1 - R) / 2);
        const [x, y] = planted ? [a, -a] : [z, R * z + Math.sqrt(1 - R * R) * w];
        if (planted) {
          rows.add(row);
          largest.add(Math.abs(a));
        }
        return [fixed(1200 + 15 * x, 3), fixed(400 + 6 * y, 3)];
      },
      facts: () => ({
        kind: 'multivariate_outliers',
        statement:
          'Some rows break the near-line of length_mm and width_mm, though each value alone is usual.',
        target: { columns: ['length_mm', 'width_mm'] },
        rows: rows.facts,
        measured: { rows: rows.count, true_r: R, largest_marginal_z: largest.mean },
      }),
    };
  },
};

export const impossibleValues: TablePlant = {
  name: 'impossible_values',
  meaning: 'values that can not be: filled_percent above 100, and pieces below 0',
  size: { default: 0.002, min: 0.0001, max: 0.2, unit: 'share of the rows, for each column' },
  plant(size, stream) {
    const random = stream('both');
    const [above, below] = [new RowTally(), new RowTally()];
    return {
      columns: [decimal('filled_percent', 1), integer('pieces')],
      cells({ row }) {
        const [percent, pieces] = [random.uniform() * 100, random.between(1, 60)];
        const high = random.chance(size) || row === SURE_ROW;
        const negative = random.chance(size) || row === SURE_ROW + 1;
        if (high) above.add(row);
        if (negative) below.add(row);
        return [fixed(high ? 100.5 + percent : percent, 1), String(negative ? -pieces : pieces)];
      },
      facts: () => ({
        kind: 'impossible_values',
        statement:
          'Some rows are filled to more than 100 percent, and some hold a negative number of pieces.',
        target: { columns: ['filled_percent', 'pieces'] },
        rows: above.facts,
        measured: { filled_percent_above_100: above.count, pieces_below_0: below.count },
      }),
    };
  },
};

export const sentinel: TablePlant = {
  name: 'sentinel',
  meaning: 'a number that means "unknown" stands among the values: odometer_km = 999999',
  size: { default: 0.03, min: 0.001, max: 0.9, unit: 'share of the rows' },
  plant(size, stream) {
    const random = stream('odometer_km');
    const rows = new RowTally();
    return {
      columns: [integer('odometer_km')],
      cells({ row }) {
        const usual = Math.round(random.lognormal(60_000, 0.5));
        const unknown = random.chance(size) || row === SURE_ROW;
        if (unknown) rows.add(row);
        return [unknown ? '999999' : String(Math.min(usual, 480_000))];
      },
      facts: () => ({
        kind: 'sentinel',
        statement: '999999 in odometer_km stands for a value that is not known.',
        target: { columns: ['odometer_km'], value: '999999' },
        rows: rows.facts,
        measured: { rows: rows.count },
      }),
    };
  },
};
