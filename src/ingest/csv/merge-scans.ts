import { mergeTallies } from '../typing/merge-tallies.ts';
import { keepRejected, type RejectedCells, type Tallied } from '../typing/tallied.ts';
import type { Scan } from './scan.ts';

/** What one scan would have tallied, from scans of ranges in their order. */
export function mergeTallied(ranges: readonly Tallied[]): Tallied {
  const before = runningSums(ranges.map(({ rows }) => rows));
  const rows = ranges.reduce((sum, range) => sum + range.rows, 0);
  const columns = (ranges[0]?.columns ?? []).map((_, i) =>
    mergeTallies(
      ranges.flatMap(({ columns }, r) => {
        const tally = columns[i];
        return tally === undefined ? [] : [{ tally, rowsBefore: before[r] ?? 0 }];
      }),
    ),
  );
  const rejected = columns.map((_, i) => mergeRejected(ranges, before, i));
  return { rows, columns, rejected };
}

/** What one scan of the whole file would have found, from scans of ranges in their order, without ragged records. */
export function mergeScans(ranges: readonly Scan[]): Scan {
  const linesBefore = runningSums(ranges.map(({ lines }) => lines));
  const rowsBefore = runningSums(ranges.map(({ rows }) => rows));
  const sum = (of: (scan: Scan) => number): number => ranges.reduce((total, scan) => total + of(scan), 0);
  const offsets = ranges.flatMap(({ rows, lineOffset }, r) => {
    if (rows === 0) return [];
    return [lineOffset === undefined ? undefined : lineOffset + (linesBefore[r] ?? 0) - (rowsBefore[r] ?? 0)];
  });
  const lineOffset = offsets.length === 0 ? 0 : offsets[0];
  return {
    ...mergeTallied(ranges),
    endings: {
      lf: sum(({ endings }) => endings.lf),
      crlf: sum(({ endings }) => endings.crlf),
      cr: sum(({ endings }) => endings.cr),
    },
    byteOrderMark: ranges[0]?.byteOrderMark ?? false,
    lines: sum(({ lines }) => lines),
    end: ranges.at(-1)?.end ?? 0,
    ragged: 0,
    blankLines: sum(({ blankLines }) => blankLines),
    looseQuotes: sum(({ looseQuotes }) => looseQuotes),
    longestRecord: Math.max(...ranges.map(({ longestRecord }) => longestRecord)),
    lineOffset: offsets.every((offset) => offset === lineOffset) ? lineOffset : undefined,
    oneLineEach: ranges.every(({ oneLineEach }) => oneLineEach),
  };
}

function mergeRejected(ranges: readonly Tallied[], before: readonly number[], i: number): RejectedCells {
  const sum: RejectedCells = { cells: [], count: 0 };
  ranges.forEach(({ rejected }, r) => {
    const { cells = [], count = 0 } = rejected[i] ?? {};
    for (const { row_number, text } of cells) keepRejected(sum, row_number + (before[r] ?? 0), text);
    sum.count += count - cells.length;
  });
  return sum;
}

/** For each number the sum of those before it. */
function runningSums(numbers: readonly number[]): number[] {
  let sum = 0;
  return numbers.map((number) => {
    sum += number;
    return sum - number;
  });
}
