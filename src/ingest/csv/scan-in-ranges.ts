import { open } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { atMostEverySecond } from '../at-most-every-second.ts';
import type { Tallied } from '../typing/tallied.ts';
import { mergeScans, mergeTallied } from './merge-scans.ts';
import type { Range } from './records.ts';
import { type Scan, type ScanPlan, scanCsv } from './scan.ts';
import type { RangePlan, Said } from './scan-worker.ts';

/** A range that takes less time than its thread takes to start. */
const SMALLEST_RANGE = 32 << 20;
const LF = 10;

/**
 * Scans a file in as many ranges as there are threads, each in a thread of its own: what comes out is what a scan of the
 * whole file finds. A range begins behind the end of a line; where that lay inside a quoted cell, the range before it
 * does not end there, and the file is scanned as a whole, as it is where a range holds anything that is wrong.
 */
export async function scanInRanges(
  plan: ScanPlan,
  bytes: number,
  threads: number,
  smallestRange = SMALLEST_RANGE,
): Promise<Scan> {
  const count = Math.min(threads, Math.floor(bytes / smallestRange));
  if (count < 2) return scanCsv(plan);
  const ranges = await rangesOf(plan.path, bytes, count);
  const scan = await scanEach(plan, ranges);
  return scan ?? scanCsv(plan);
}

/** Cuts a file behind ends of lines into ranges of about the same size. */
async function rangesOf(path: string, bytes: number, count: number): Promise<Range[]> {
  const file = await open(path, 'r');
  try {
    const block = Buffer.alloc(64 << 10);
    const cuts = [0];
    for (let i = 1; i < count; i++) {
      const near = Math.floor((bytes * i) / count);
      const { bytesRead } = await file.read(block, 0, block.length, near);
      const lineEnd = block.subarray(0, bytesRead).indexOf(LF);
      if (lineEnd !== -1 && near + lineEnd + 1 < bytes) cuts.push(near + lineEnd + 1);
    }
    return cuts.map((from, i) => ({ from, to: cuts[i + 1] ?? bytes }));
  } finally {
    await file.close();
  }
}

/** Scans all ranges at once; undefined where they don't fit together, or one of them can't be judged alone. */
async function scanEach(plan: ScanPlan, ranges: readonly Range[]): Promise<Scan | undefined> {
  const told = tellMerged(plan, ranges.length);
  const threads = ranges.map((range, i) => scanRange({ ...plan, range }, told.of(i)));
  try {
    const scans: Scan[] = [];
    for (const { found } of threads) {
      const scan = await found;
      if (
        scan === undefined ||
        (scans.length < ranges.length - 1 && scan.end !== ranges[scans.length + 1]?.from)
      ) {
        told.takeBack();
        return undefined;
      }
      scans.push(scan);
    }
    return mergeScans(scans);
  } finally {
    await Promise.all(threads.map(({ stop }) => stop()));
  }
}

type Hear = (said: Said) => void;

function scanRange(
  { path, shownPath, dialect, header, columns, forced, range }: ScanPlan,
  hear: Hear,
): { readonly found: Promise<Scan | undefined>; stop(): Promise<number> } {
  const plan: RangePlan = { path, shownPath, dialect, header, columns, forced, ...(range && { range }) };
  const worker = new Worker(new URL('./scan-worker.ts', import.meta.url), { workerData: plan });
  const found = new Promise<Scan | undefined>((resolve, reject) => {
    worker.on('message', (said: Said) => {
      if (said.kind === 'found') resolve(said.scan);
      else if (said.kind === 'unjudged') resolve(undefined);
      else hear(said);
    });
    worker.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve(undefined) : reject(error),
    );
    worker.on('exit', (code) => reject(new Error(`a thread that scans a file ended with ${code}`)));
  });
  // Of several that go wrong the first in order is told.
  found.catch(() => undefined);
  return { found, stop: () => worker.terminate() };
}

/** Tells of all ranges together what each of them says. */
function tellMerged(plan: ScanPlan, count: number) {
  const rows = new Array<number>(count).fill(0);
  const tallies = new Map<number, { readonly tallied: Tallied; readonly bytes: number }>();
  let read = 0;
  let isOver = false;
  const tell = atMostEverySecond(() => {
    const seen = [...tallies].sort(([a], [b]) => a - b).map(([, one]) => one);
    const bytes = seen.reduce((sum, one) => sum + one.bytes, 0);
    plan.onTallied?.(mergeTallied(seen.map(({ tallied }) => tallied)), bytes);
  });
  return {
    of:
      (range: number): Hear =>
      (said) => {
        if (isOver) return;
        if (said.kind === 'progress') {
          read += said.bytes;
          rows[range] = said.rows;
          plan.onProgress?.(
            said.bytes,
            rows.reduce((sum, one) => sum + one, 0),
          );
        } else if (said.kind === 'tallied') {
          tallies.set(range, said);
          tell();
        }
      },
    /** The file is to be scanned from its beginning. */
    takeBack(): void {
      isOver = true;
      plan.onProgress?.(-read, 0);
    },
  };
}
