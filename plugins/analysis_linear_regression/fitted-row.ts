import type { LeastSquares } from '../../src/sdk/index.ts';
import type { Model } from './fit.ts';
import { type Cells, cellAt, type FactorPlaces, type Places } from './places.ts';
import type { Rows } from './rows.ts';

/** One row after the other: its terms, and what the model makes of it. */
export interface FittedRow {
  /** Powers about their means. */
  readonly z: Float64Array;
  /** The cell in each table. */
  readonly cells: Int32Array;
  /** Reads the terms of a row and gives its residual: e = (y - ȳ) - Σ b (x - x̄). */
  read(rows: Rows, position: number): number;
  /** Of the row that was read: x' (X'X)⁻¹ x. */
  leverage(): number;
}

/** Centre of the outcome, and of each predictor: means, or zeros in a model without a constant. */
export interface Centres {
  readonly outcome: number;
  readonly predictors: Float64Array;
}

/** Terms are centred so that little is lost even where they are nearly collinear. */
export function fittedRow(
  { predictors, outcome, intercept }: Model,
  fit: LeastSquares,
  places: Places,
  { size, tables }: Cells,
  centres: Centres,
  n: number,
): FittedRow {
  const [q, factors] = [places.powers.length, places.factors.length];
  const skip = Number(intercept);
  const slopes = Float64Array.from(predictors, (_, j) => fit.coefficients[j + skip]?.estimate ?? 0);
  const inverse = (a: number, b: number) => fit.inverse[a + skip]?.[b + skip] ?? 0;
  const { effects, leverages, mixed } = levelEffects(
    places,
    { size, tables },
    slopes,
    centres.predictors,
    inverse,
  );
  const columns = places.powers.map(({ column }) => column);
  const ofPowers = places.powers.map(({ predictor }) => predictor);
  const powerSlopes = Float64Array.from(ofPowers, (predictor) => slopes[predictor] ?? 0);
  const powerCentres = Float64Array.from(ofPowers, (predictor) => centres.predictors[predictor] ?? 0);
  const powerInverse = Float64Array.from(ofPowers.flatMap((a) => ofPowers.map((b) => inverse(a, b))));
  const base = intercept ? 1 / n : 0;
  const z = new Float64Array(q);
  const cells = new Int32Array(tables.length);
  const ofFactors = places.factors.map(({ factor }) => factor);
  const [starts, widths] = [tables.map(({ start }) => start), tables.map(({ width }) => width)];
  const [firsts, seconds] = [tables.map(({ first }) => first), tables.map(({ second }) => second)];
  const codes = new Int32Array(factors);

  /** See `cellAt`; the cells of factors come first. */
  function readCells(rows: Rows, position: number): void {
    for (let f = 0; f < factors; f += 1) {
      const code = rows.codes[ofFactors[f] ?? 0]?.[position] ?? 0;
      codes[f] = code;
      cells[f] = (starts[f] ?? 0) + code;
    }
    for (let t = factors; t < cells.length; t += 1) {
      const first = codes[firsts[t] ?? 0] ?? 0;
      const second = codes[seconds[t] ?? 0] ?? 0;
      cells[t] = (starts[t] ?? 0) + first * (widths[t] ?? 0) + second;
    }
  }

  return {
    z,
    cells,
    read(rows, position) {
      let residual = (rows.powers[outcome]?.[position] ?? 0) - centres.outcome;
      for (let i = 0; i < q; i += 1) {
        const value = (rows.powers[columns[i] ?? 0]?.[position] ?? 0) - (powerCentres[i] ?? 0);
        z[i] = value;
        residual -= (powerSlopes[i] ?? 0) * value;
      }
      readCells(rows, position);
      for (let f = 0; f < factors; f += 1) residual -= effects[cells[f] ?? 0] ?? 0;
      return residual;
    },
    leverage() {
      let sum = base;
      for (let i = 0; i < q; i += 1) {
        let inner = 0;
        for (let j = 0; j < q; j += 1) inner += (powerInverse[i * q + j] ?? 0) * (z[j] ?? 0);
        sum += (z[i] ?? 0) * inner;
      }
      for (let t = 0; t < cells.length; t += 1) sum += leverages[cells[t] ?? 0] ?? 0;
      for (let f = 0; f < factors; f += 1) {
        const at = (cells[f] ?? 0) * q;
        for (let i = 0; i < q; i += 1) sum += (mixed[at + i] ?? 0) * (z[i] ?? 0);
      }
      return sum;
    },
  };
}

/** What levels add, by cell. */
interface LevelEffects {
  /** Of a factor: Σ b z over its levels, z being 1 or 0 about the mean. */
  readonly effects: Float64Array;
  /** Part of the leverage. */
  readonly leverages: Float64Array;
  /** Of a factor, by power: the factor of the power in the leverage. */
  readonly mixed: Float64Array;
}

function levelEffects(
  { powers, factors }: Places,
  { size, tables }: Cells,
  slopes: Float64Array,
  centres: Float64Array,
  inverse: (a: number, b: number) => number,
): LevelEffects {
  const form = (a: readonly Term[], b: readonly Term[]) =>
    sumOver(a, (x) => x.value * sumOver(b, (y) => y.value * inverse(x.predictor, y.predictor)));
  const centred = factors.map((one) => one.predictorOf.map((_, code) => aboutCentres(one, code, centres)));
  const [effects, leverages] = [new Float64Array(size), new Float64Array(size)];
  const mixed = new Float64Array(size * powers.length);
  for (const table of tables) {
    const isPair = table.first !== table.second;
    for (const [a, x] of (centred[table.first] ?? []).entries()) {
      for (const [b, y] of isPair ? (centred[table.second] ?? []).entries() : []) {
        leverages[cellAt(table, (factor) => (factor === table.first ? a : b))] = 2 * form(x, y);
      }
      if (isPair) continue;
      const cell = cellAt(table, () => a);
      effects[cell] = sumOver(x, ({ predictor, value }) => value * (slopes[predictor] ?? 0));
      leverages[cell] = form(x, x);
      for (const [i, { predictor }] of powers.entries()) {
        mixed[cell * powers.length + i] = 2 * form(x, [{ predictor, value: 1 }]);
      }
    }
  }
  return { effects, leverages, mixed };
}

interface Term {
  readonly predictor: number;
  readonly value: number;
}

/** The levels of a factor about their means, in a row with this code. */
function aboutCentres({ predictorOf }: FactorPlaces, code: number, centres: Float64Array): readonly Term[] {
  return predictorOf.flatMap((predictor, at) =>
    predictor < 0 ? [] : [{ predictor, value: Number(at === code) - (centres[predictor] ?? 0) }],
  );
}

function sumOver<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
