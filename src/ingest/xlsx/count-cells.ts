import type { PackagePart } from '../zip/open-package.ts';
import { readingPart } from './refusals.ts';
import { utf8Stream } from './utf8-stream.ts';
import { xmlScanner } from './xml-scanner.ts';

/** How much a sheet holds: cells with something in them (estimated for a very large one) and rows (if counted). */
export interface SheetSize {
  readonly cells: number;
  readonly rows: number | null;
}

const NAMES = ['worksheet', 'row', 'v', 't'];
const [ROW, VALUE, TEXT] = [1, 2, 3];
const MOST_COUNTED = 32 << 20;

/** Counts a sheet's cells; beyond 32 MiB of it, the beginning stands for the whole. */
export async function countCells(part: PackagePart, shownPath: string): Promise<SheetSize> {
  const count = { cells: 0, rows: 0, open: 0, inValue: false };
  const scanner = xmlScanner(NAMES, {
    open(element) {
      if (element === ROW) count.open = 0;
      count.inValue = element === VALUE || element === TEXT;
    },
    close(element) {
      count.inValue = false;
      if (element !== ROW) return;
      count.cells += count.open;
      if (count.open > 0) count.rows++;
    },
    text(_bytes, start, end) {
      if (count.inValue && end > start) count.open++;
    },
  });
  return readingPart(shownPath, part.name, async () => {
    let bytes = 0;
    for await (const block of utf8Stream(part.stream())) {
      scanner.write(block);
      bytes += block.length;
      if (bytes <= MOST_COUNTED) continue;
      return { cells: Math.round(count.cells * (part.bytes / bytes)), rows: null };
    }
    return { cells: count.cells, rows: count.rows };
  });
}
