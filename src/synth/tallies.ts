// Plain measures of what was written, for truth files: one pass, in the order of the rows.

/** Number, mean and standard deviation (divisor n − 1), by Welford's updates. */
export class Tally {
  n = 0;
  mean = 0;
  #squares = 0;

  add(value: number): void {
    this.n += 1;
    const before = value - this.mean;
    this.mean += before / this.n;
    this.#squares += before * (value - this.mean);
  }

  get variance(): number {
    return this.n < 2 ? 0 : this.#squares / (this.n - 1);
  }

  get sd(): number {
    return Math.sqrt(this.variance);
  }
}

/** Pearson's correlation of pairs. */
export class PairTally {
  readonly x = new Tally();
  readonly y = new Tally();
  #products = 0;

  add(x: number, y: number): void {
    const before = x - this.x.mean;
    this.x.add(x);
    this.y.add(y);
    this.#products += before * (y - this.y.mean);
  }

  get r(): number {
    return this.#products / (this.x.n - 1) / (this.x.sd * this.y.sd);
  }
}

/** Counts of pairs of labels, with Cramér's V (as it is, without correction for chance). */
export class CrossTally {
  readonly #counts = new Map<string, Map<string, number>>();
  readonly #columns = new Map<string, number>();

  add(row: string, column: string): void {
    const counts = this.#counts.get(row) ?? new Map<string, number>();
    this.#counts.set(row, counts.set(column, (counts.get(column) ?? 0) + 1));
    this.#columns.set(column, (this.#columns.get(column) ?? 0) + 1);
  }

  get cramersV(): number {
    let phi = 0;
    for (const counts of this.#counts.values()) {
      const row = [...counts.values()].reduce((sum, count) => sum + count, 0);
      for (const [column, count] of counts) phi += (count * count) / (row * (this.#columns.get(column) ?? 1));
    }
    const least = Math.min(this.#counts.size, this.#columns.size) - 1;
    return least < 1 ? 0 : Math.sqrt(Math.max(0, phi - 1) / least);
  }
}

/** Counts per label in two periods, with the distance between their shares. */
export class ShareTally {
  readonly #first = new Map<string, number>();
  readonly #second = new Map<string, number>();

  add(second: boolean, label: string): void {
    const counts = second ? this.#second : this.#first;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }

  /** Half the sum of the absolute differences of shares, in [0, 1]. */
  get totalVariation(): number {
    const [first, second] = [shares(this.#first), shares(this.#second)];
    const labels = new Set([...first.keys(), ...second.keys()]);
    let sum = 0;
    for (const label of labels) sum += Math.abs((second.get(label) ?? 0) - (first.get(label) ?? 0));
    return sum / 2;
  }
}

function shares(counts: ReadonlyMap<string, number>): Map<string, number> {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return new Map([...counts].map(([label, count]) => [label, count / total]));
}

const MOST_RANKED = 1_000_000;

/** Spearman's rank correlation of the first million pairs, ties at their mean rank. Keeps these. */
export class RankTally {
  readonly #x: number[] = [];
  readonly #y: number[] = [];

  add(x: number, y: number): void {
    if (this.pairs === MOST_RANKED) return;
    this.#x.push(x);
    this.#y.push(y);
  }

  get pairs(): number {
    return this.#x.length;
  }

  get rho(): number {
    const pairs = new PairTally();
    const [x, y] = [ranks(this.#x), ranks(this.#y)];
    for (const [i, rank] of x.entries()) pairs.add(rank, y[i] ?? 0);
    return pairs.r;
  }
}

function ranks(values: readonly number[]): Float64Array {
  const at = (i: number | undefined): number => values[i ?? 0] ?? 0;
  const order = values.map((_, i) => i).sort((a, b) => at(a) - at(b) || a - b);
  const result = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && at(order[to + 1]) === at(order[from])) to += 1;
    for (let i = from; i <= to; i += 1) result[order[i] ?? 0] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return result;
}

/** Rows that were touched: all counted, the first thousand kept. */
export class RowTally {
  count = 0;
  readonly row_numbers: number[] = [];

  add(row: number): void {
    this.count += 1;
    if (this.row_numbers.length < 1000) this.row_numbers.push(row);
  }

  get facts(): { count: number; row_numbers: number[] } {
    return { count: this.count, row_numbers: this.row_numbers };
  }
}

/** Facts with numbers rounded to six digits, as truth files show them; what a small table leaves undefined is left out. */
export function rounded<V extends number | string>(facts: Readonly<Record<string, V>>): Record<string, V> {
  const known = Object.entries(facts).filter(
    ([, value]) => typeof value !== 'number' || Number.isFinite(value),
  );
  return Object.fromEntries(known.map(([name, value]) => [name, shortened(value)]));
}

function shortened<V extends number | string>(value: V): V;
function shortened(value: number | string): number | string {
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  return Number(value.toPrecision(6));
}
