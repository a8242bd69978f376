import type { Limits } from '../contract/index.ts';
import { overLimit } from '../plugin-host/index.ts';

/**
 * Why an execution ended. Where a sandbox needed more than the run's memory left it, and it may have more, what helps is
 * said: a larger cap. Fewer workers change nothing, for each sandbox may have all that sandboxes have.
 */
export function withWhatHelps(reason: string, limits: Limits, allowed: Limits): string {
  const ofShare = limits.memory_mb < allowed.memory_mb && reason === overLimit('memory_mb', limits);
  return ofShare ? `${reason}, all that --memory leaves it; with a larger one it may have more` : reason;
}
