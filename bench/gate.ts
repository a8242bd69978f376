import type { BenchResult } from '../src/contract/index.ts';

/** How much worse a ratio may be. */
const TOLERANCE = 1.2;
/** A peer that gets so much less of the processors than it had: then wall times tell of the machine, not of the program. */
const BUSY = 0.85;

/** What the gate says. */
export interface Verdict {
  /** What is worse than it was, or can't be compared, a sentence each: none, and the gate is open. */
  readonly failures: readonly string[];
  /** What else is worth knowing. */
  readonly remarks: readonly string[];
}

const MEASURES = {
  wall: 'wall time',
  processor: 'processor time',
  memory: 'peak memory',
} as const;

/** Compares each result with that of the same case and size in the baseline, ratio by ratio. */
export function judge(baseline: readonly BenchResult[], results: readonly BenchResult[]): Verdict {
  const failures: string[] = [];
  const remarks: string[] = [];
  for (const now of results) {
    const what = `${now.case}, ${now.rows} rows`;
    const before = baseline.find((one) => one.case === now.case && one.rows === now.rows);
    if (before === undefined) {
      failures.push(`${what}: the baseline does not have it (--write-baseline)`);
      continue;
    }
    if (isBusier(before, now))
      remarks.push(`${what}: the machine is busier than it was for the baseline; wall time is not compared`);
    const worse = worseOf(before, now);
    failures.push(...worse.map((one) => `${what}: ${one}`));
    if (worse.length > 0 && before.commit !== null)
      remarks.push(
        `what has changed since: git diff ${before.commit.slice(0, 12)}..HEAD -- src plugins package-lock.json`,
      );
  }
  return { failures, remarks: [...new Set(remarks)] };
}

function worseOf(before: BenchResult, now: BenchResult): string[] {
  return (['wall', 'processor', 'memory'] as const).flatMap((measure) => {
    const [was, is] = [before.ratios[measure], now.ratios[measure]];
    if (was === null || is === null || is <= was * TOLERANCE) return [];
    if (measure === 'wall' && isBusier(before, now)) return [];
    const percent = Math.round((is / was - 1) * 100);
    const at = before.commit === null ? 'baseline' : `baseline at ${before.commit.slice(0, 12)}`;
    return [
      `${MEASURES[measure]} is ${is.toFixed(2)} times that of ${now.peer.name}, ${at} ${was.toFixed(2)}: ${percent} % worse`,
    ];
  });
}

/** Whether the peer, which has not changed, got less of the processors than for the baseline. */
function isBusier(before: BenchResult, now: BenchResult): boolean {
  const [was, is] = [shareOf(before), shareOf(now)];
  return was !== undefined && is !== undefined && is < was * BUSY;
}

function shareOf({ peer: { cost } }: BenchResult): number | undefined {
  return cost.processor_s === null ? undefined : cost.processor_s / cost.wall_s;
}
