import type { RandomStream } from '../../src/sdk/index.ts';
import type { ColumnGroup } from './column-groups.ts';
import { fastMcd } from './fast-mcd.ts';
import { type Forest, growForest } from './isolation-forest.ts';
import type { JointColumn, Landmarks } from './landmarks.ts';
import { type Points, type Scatter, squaredDistances } from './scatter.ts';

/** What is usual for some columns together: a robust centre and scatter, and a forest. */
export interface JointModel {
  readonly group: ColumnGroup;
  readonly columns: readonly JointColumn[];
  /** The complete landmark rows of these columns. */
  readonly points: Points;
  readonly scatter: Scatter;
  /** Landmark rows that the scatter was fitted to. */
  readonly fitted: number;
  /** Median of the landmark rows' distances. */
  readonly median: number;
  readonly forest: Forest;
}

const FEWEST_ROWS = 100;
const FEWEST_ROWS_PER_COLUMN = 10;
/** Added to the variances where more than three quarters of the rows lie in a plane: a hundredth of a deviation. */
const RIDGE = 1e-4;

/** Fits a model to the landmark rows that have all columns of the group; undefined where they are too few. */
export function fitModel(
  landmarks: Landmarks,
  group: ColumnGroup,
  random: (label: string) => RandomStream,
): JointModel | undefined {
  const points = completePoints(landmarks, group.columns);
  const { width, count } = points;
  if (count < Math.max(FEWEST_ROWS, FEWEST_ROWS_PER_COLUMN * width)) return undefined;
  const columns = group.columns.flatMap((i) => landmarks.columns[i] ?? []);
  const name = columns.map(({ measured }) => measured.measure.sqlName).join(' ');
  const robust =
    fastMcd(points, random(`covariance ${name}`)) ?? fastMcd(points, random(`covariance ${name}`), RIDGE);
  if (robust === undefined) return undefined;
  const distances = squaredDistances(points, robust.scatter).map(Math.sqrt).sort();
  return {
    group,
    columns,
    points,
    scatter: robust.scatter,
    fitted: robust.inside.reduce((sum, one) => sum + one, 0),
    median: distances[distances.length >> 1] ?? 0,
    forest: growForest(points, random(`forest ${name}`)),
  };
}

function completePoints({ columns, scores, rows }: Landmarks, group: readonly number[]): Points {
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    const own = group.map((column) => scores[row * columns.length + column] ?? Number.NaN);
    if (!own.some(Number.isNaN)) values.push(...own);
  }
  return { values: Float64Array.from(values), width: group.length, count: values.length / group.length };
}
