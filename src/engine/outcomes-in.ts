import type { Json } from '../base/index.ts';
import { check } from '../contract/index.ts';
import { ExecutionEnded } from './events-of.ts';

/** How a plugin ended, as its event says it. */
interface PluginOutcome {
  readonly plugin_id: string;
  readonly status: string;
  readonly reason: string;
  readonly reused_from_run: string | null;
  readonly execution_fingerprint: null;
}

/** How plugins have ended since a run was asked for last: of one that has no result, nothing else is recorded. */
export function outcomesIn(
  events: readonly { readonly kind: string; readonly subject_id: string; readonly data: Json }[],
): readonly PluginOutcome[] {
  const asked = events.findLastIndex(({ kind }) => kind === 'run.queued' || kind === 'run.resumed');
  return events.slice(asked + 1).flatMap(({ kind, subject_id: plugin_id, data }) => {
    const ended = check(ExecutionEnded, data);
    if (kind !== 'execution.finished' || !ended.ok) return [];
    const { status, reason = '', reused_from: reused_from_run = null } = ended.value;
    return [{ plugin_id, status, reason, reused_from_run, execution_fingerprint: null }];
  });
}
