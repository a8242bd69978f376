import type { Context } from '../../src/sdk/index.ts';
import { readerOf } from './batch-values.ts';
import { meanPathLength, scoreOfLength } from './isolation-forest.ts';
import type { JointModel } from './joint-model.ts';
import type { JointColumn } from './landmarks.ts';
import { squaredDistance } from './scatter.ts';
import { depthFor, tailLength } from './spacings.ts';

/** A row that lies far out, by its distance or by its isolation. */
export interface FarRow {
  readonly part: number;
  readonly row: bigint;
  /** Normal scores of the model's columns. */
  readonly scores: Float64Array;
  readonly value: number;
}

/** The rows of a model that lie farthest out, the farthest first. */
export interface Scored {
  readonly model: JointModel;
  /** Rows that have all columns. */
  readonly complete: number;
  readonly farthest: readonly FarRow[];
  /** Empty where the group is not searched with a forest. */
  readonly isolated: readonly FarRow[];
}

/** So many rows, the most isolated by the first trees, are scored by all trees of a forest. */
export interface Choice {
  readonly firstTrees: number;
  readonly chosen: number;
}

/** Up to so many rows all are; of more, one in fifty, but not so many that they would cost more than the first pass. */
const FULLY_SCORED_ROWS = 50_000;
const FIRST_TREES = 10;
const CHOSEN_SHARE = 0.02;
const [FEWEST_CHOSEN, MOST_CHOSEN] = [5_000, 20_000];

function choiceFor(rows: number): Choice | 'all' {
  if (rows <= FULLY_SCORED_ROWS) return 'all';
  const chosen = Math.min(MOST_CHOSEN, Math.max(FEWEST_CHOSEN, Math.ceil(CHOSEN_SHARE * rows)));
  return { firstTrees: FIRST_TREES, chosen };
}
/** More than any tail is long, with room for rows that are told elsewhere. */
const KEPT = 250;

/** Reads the whole table once and keeps the farthest rows of each model. */
export async function scoreRows(
  ctx: Context,
  models: readonly JointModel[],
  choice = choiceFor(ctx.rowCount),
): Promise<Scored[]> {
  const columns = [...new Set(models.flatMap((model) => model.columns))];
  const tallies = models.map((model) => new Tally(model, columns, choice));
  const scores = new Float64Array(columns.length);
  for await (const batch of ctx.batches({ columns: columns.map((c) => c.measured.measure.sqlName) })) {
    const readers = columns.map(({ measured, scale }) => readerOf(batch, measured.measure.sqlName, scale));
    for (let row = 0; row < batch.rows; row++) {
      for (const [i, read] of readers.entries()) {
        const value = read(row);
        scores[i] = Number.isNaN(value) ? value : (columns[i]?.scores.scoreOf(value) ?? Number.NaN);
      }
      for (const tally of tallies) tally.add(scores, batch.part, batch.rowNumbers[row] ?? 0n);
    }
  }
  return tallies.map((tally) => tally.finish());
}

class Tally {
  readonly #model: JointModel;
  readonly #point: Float64Array;
  readonly #solved: Float64Array;
  readonly #far = new Farthest(KEPT);
  readonly #isolated: Farthest | undefined;
  readonly #trees: number;
  /** Where the model's columns stand among all that are read. */
  readonly #places: Int32Array;
  #complete = 0;

  constructor(model: JointModel, columns: readonly JointColumn[], choice: Choice | 'all') {
    this.#model = model;
    this.#places = Int32Array.from(model.columns, (column) => columns.indexOf(column));
    this.#point = new Float64Array(model.columns.length);
    this.#solved = new Float64Array(model.columns.length);
    this.#trees = choice === 'all' ? model.forest.trees.length : choice.firstTrees;
    this.#isolated = model.group.withForest
      ? new Farthest(choice === 'all' ? KEPT : choice.chosen)
      : undefined;
  }

  add(scores: Float64Array, part: number, row: bigint): void {
    const { scatter, forest } = this.#model;
    for (let i = 0; i < this.#places.length; i++) {
      const score = scores[this.#places[i] ?? 0] ?? Number.NaN;
      if (Number.isNaN(score)) return;
      this.#point[i] = score;
    }
    this.#complete += 1;
    this.#far.add(squaredDistance(this.#point, 0, scatter, this.#solved), this.#point, part, row);
    if (this.#isolated === undefined) return;
    this.#isolated.add(-meanPathLength(forest, this.#point, 0, this.#trees), this.#point, part, row);
  }

  finish(): Scored {
    const { forest } = this.#model;
    const isolated = (this.#isolated?.sorted() ?? []).map((row) => ({
      ...row,
      value: scoreOfLength(meanPathLength(forest, row.scores, 0, forest.trees.length), forest.sampleSize),
    }));
    return {
      model: this.#model,
      complete: this.#complete,
      farthest: this.#far.sorted().map((row) => ({ ...row, value: Math.sqrt(row.value) })),
      isolated: isolated.sort(byValue).slice(0, KEPT),
    };
  }
}

/** The rows with the largest values, of equal ones those that came first. */
class Farthest {
  readonly #most: number;
  #rows: FarRow[] = [];
  #limit = -Infinity;

  constructor(most: number) {
    this.#most = most;
  }

  add(value: number, scores: Float64Array, part: number, row: bigint): void {
    if (value <= this.#limit) return;
    this.#rows.push({ part, row, scores: scores.slice(), value });
    if (this.#rows.length < 2 * this.#most) return;
    this.#rows = this.sorted();
    this.#limit = this.#rows.at(-1)?.value ?? -Infinity;
  }

  sorted(): FarRow[] {
    return this.#rows.sort(byValue).slice(0, this.#most);
  }
}

function byValue(a: FarRow, b: FarRow): number {
  return b.value - a.value || a.part - b.part || (a.row < b.row ? -1 : 1);
}

/** The distances beyond the median of a list of far rows, as long as a tail of so many rows is. */
export function tailOf(rows: readonly FarRow[], n: number, median: number): number[] {
  const depth = depthFor(n);
  return depth === undefined ? [] : rows.slice(0, tailLength(depth)).map(({ value }) => value - median);
}
