// The thread that scans one range of a file. It says what it has seen, then what it found, or that it found something
// that only a scan of the whole file can judge.
import { parentPort, workerData } from 'node:worker_threads';
import type { Tallied } from '../typing/tallied.ts';
import { type Scan, type ScanPlan, scanCsv } from './scan.ts';

/** What a thread is given: a plan without its callbacks. */
export type RangePlan = Pick<
  ScanPlan,
  'path' | 'shownPath' | 'dialect' | 'header' | 'columns' | 'forced' | 'range'
>;

/** What a thread says. */
export type Said =
  | { readonly kind: 'progress'; readonly bytes: number; readonly rows: number }
  | { readonly kind: 'tallied'; readonly tallied: Tallied; readonly bytes: number }
  | { readonly kind: 'found'; readonly scan: Scan }
  | { readonly kind: 'unjudged' };

function say(said: Said): void {
  parentPort?.postMessage(said);
}

async function scanRange(plan: RangePlan): Promise<Said> {
  try {
    const scan = await scanCsv({
      ...plan,
      onProgress: (bytes, rows) => say({ kind: 'progress', bytes, rows }),
      onTallied: (tallied, bytes) => say({ kind: 'tallied', tallied, bytes }),
    });
    return { kind: 'found', scan };
  } catch {
    return { kind: 'unjudged' };
  }
}

say(await scanRange(workerData as RangePlan));
