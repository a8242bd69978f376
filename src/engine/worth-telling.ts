import type { ProvisionalFinding } from '../contract/index.ts';
import type { OnProgress } from './progress-event.ts';

/** Leaves out the provisional findings that are not worth telling. */
export function onlyWorthTelling(onProgress: OnProgress): OnProgress {
  const isWorthTelling = worthTelling();
  return (event) => {
    if (event.kind === 'provisional' && !isWorthTelling(`${event.source} ${event.by}`, event.finding)) return;
    onProgress(event);
  };
}

/** So many of a run are told and kept. */
const MOST = 60;
/** Of the same table, again when so many times as much of it was seen. */
const TIMES = 3;

/**
 * Says which provisional findings of a run are worth telling: of each source the first, and then those that cover three
 * times as much as the last ones told, but never the same words again. Findings with the same coverage were made at once,
 * and go together.
 */
export function worthTelling(): (by: string, finding: ProvisionalFinding) => boolean {
  const lastShare = new Map<string, number>();
  const told = new Set<string>();
  return (by, { statement, coverage: { share } }) => {
    const last = lastShare.get(by);
    const isMore = last === undefined || share === last || share >= TIMES * last;
    const words = `${by}: ${statement}`;
    if (!isMore || told.size === MOST || told.has(words)) return false;
    lastShare.set(by, share);
    told.add(words);
    return true;
  };
}
