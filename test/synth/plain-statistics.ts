// Statistics as a textbook writes them, for comparing with what the generator says it planted.
import type { SyntheticTable } from '../../src/synth/index.ts';

/** The cells of a column as text; missing ones are ''. */
export function cells(table: SyntheticTable, column: string): string[] {
  const at = table.columns.findIndex(({ name }) => name === column);
  if (at < 0) throw new Error(`no column ${column}`);
  return table.rows.map((row) => row[at] ?? '');
}

export function numbers(table: SyntheticTable, column: string): number[] {
  return cells(table, column).map(Number);
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function sd(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

export function pearson(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [mean(x), mean(y)];
  const products = x.reduce((sum, value, i) => sum + (value - mx) * ((y[i] ?? 0) - my), 0);
  return products / ((x.length - 1) * sd(x) * sd(y));
}

export function ranksOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (const [i, value] of sorted.entries()) {
    if (!first.has(value)) first.set(value, i + 1);
    last.set(value, i + 1);
  }
  return values.map((value) => ((first.get(value) ?? 0) + (last.get(value) ?? 0)) / 2);
}

export const spearman = (x: readonly number[], y: readonly number[]): number =>
  pearson(ranksOf(x), ranksOf(y));

/** Values of rows where another column has (or has not) a level. */
export function where<T>(values: readonly T[], labels: readonly string[], level: string, is = true): T[] {
  return values.filter((_, i) => (labels[i] === level) === is);
}

/** Difference of means over the standard deviation within the two groups. */
export function standardizedDifference(a: readonly number[], b: readonly number[]): number {
  const within = ((a.length - 1) * sd(a) ** 2 + (b.length - 1) * sd(b) ** 2) / (a.length + b.length - 2);
  return (mean(a) - mean(b)) / Math.sqrt(within);
}

export function cramersV(a: readonly string[], b: readonly string[]): number {
  const [rows, columns] = [[...new Set(a)], [...new Set(b)]];
  let chiSquare = 0;
  for (const row of rows) {
    for (const column of columns) {
      const observed = a.filter((label, i) => label === row && b[i] === column).length;
      const expected =
        (a.filter((label) => label === row).length * b.filter((label) => label === column).length) / a.length;
      chiSquare += (observed - expected) ** 2 / expected;
    }
  }
  return Math.sqrt(chiSquare / a.length / (Math.min(rows.length, columns.length) - 1));
}
