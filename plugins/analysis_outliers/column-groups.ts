import type { Landmarks } from './landmarks.ts';

/** Columns that are looked at together, by their places among the joint columns. */
export interface ColumnGroup {
  readonly columns: readonly number[];
  /** Whether rows are searched with an isolation forest too. */
  readonly withForest: boolean;
}

/** More columns at once say little: distances drown in those that have nothing to do with it. */
const MOST_TOGETHER = 20;
const MOST_PAIRS = 30;
/** A pair inside of a larger group is looked at by itself from this correlation on. */
const CLOSE = 0.5;
/** Columns that say the same thing twice. */
const SAME = 0.9999;

/**
 * Which columns are looked at together: all; those that hang together by their correlations; and, where these are
 * more than two, each column with its closest other one. A row that breaks with a pair shows best in the pair.
 */
export function columnGroups(
  landmarks: Landmarks,
  smallest: number,
  note: (text: string) => void,
): ColumnGroup[] {
  const r = correlations(landmarks);
  const own = distinctColumns(landmarks, r, note);
  if (own.length < 2) return [];
  const components = componentsOf(own, r, smallest).filter((one) => one.length > 1);
  const small = components.filter((one) => one.length <= MOST_TOGETHER);
  if (small.length < components.length || own.length > MOST_TOGETHER) {
    note(
      `More than ${MOST_TOGETHER} measures are not looked at all together, only those that go together, and of more than ${MOST_TOGETHER} that do, the closest pairs.`,
    );
  }
  const pairs = components.filter((one) => one.length > 2).flatMap((one) => closestPairs(one, r));
  const groups = [
    ...(own.length <= MOST_TOGETHER ? [own] : []),
    ...small.filter((one) => one.length < own.length),
  ].map((columns) => ({ columns, withForest: true }));
  return [
    ...groups,
    ...unique(pairs)
      .slice(0, MOST_PAIRS)
      .map((columns) => ({ columns, withForest: false })),
  ];
}

/** Correlations of normal scores over rows that have both. */
function correlations({ columns, scores, rows }: Landmarks): number[][] {
  const width = columns.length;
  return columns.map((_, a) =>
    columns.map((_, b) => {
      let [n, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
      for (let row = 0; row < rows; row++) {
        const [u, v] = [scores[row * width + a] ?? Number.NaN, scores[row * width + b] ?? Number.NaN];
        if (Number.isNaN(u) || Number.isNaN(v)) continue;
        n += 1;
        x += u;
        y += v;
        xx += u * u;
        yy += v * v;
        xy += u * v;
      }
      return (n * xy - x * y) / Math.sqrt((n * xx - x * x) * (n * yy - y * y));
    }),
  );
}

function distinctColumns(
  landmarks: Landmarks,
  r: readonly number[][],
  note: (text: string) => void,
): number[] {
  const own: number[] = [];
  for (const i of landmarks.columns.keys()) {
    const same = own.find((j) => Math.abs(r[i]?.[j] ?? 0) > SAME);
    if (same === undefined) own.push(i);
    else {
      note(
        `${landmarks.columns[i]?.measured.measure.sqlName} says the same as ${landmarks.columns[same]?.measured.measure.sqlName} and is left out where measures are looked at together.`,
      );
    }
  }
  return own;
}

function componentsOf(columns: readonly number[], r: readonly number[][], smallest: number): number[][] {
  const left = new Set(columns);
  const components: number[][] = [];
  for (const start of columns) {
    if (!left.delete(start)) continue;
    const component = [start];
    for (const at of component) {
      for (const other of [...left]) {
        if (Math.abs(r[at]?.[other] ?? 0) < smallest) continue;
        left.delete(other);
        component.push(other);
      }
    }
    components.push(component.sort((a, b) => a - b));
  }
  return components;
}

function closestPairs(component: readonly number[], r: readonly number[][]): number[][] {
  const size = (a: number, b: number) => Math.abs(r[a]?.[b] ?? 0);
  return component.flatMap((a) => {
    const [closest] = component.filter((b) => b !== a).sort((x, y) => size(a, y) - size(a, x) || x - y);
    return closest !== undefined && size(a, closest) >= CLOSE ? [[a, closest].sort((x, y) => x - y)] : [];
  });
}

function unique(pairs: readonly number[][]): number[][] {
  return [...new Map(pairs.map((pair) => [pair.join(), pair])).values()];
}
