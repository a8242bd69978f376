import Type from 'typebox';
import type { Json } from '../base/index.ts';
import { check, ProvisionalFinding } from '../contract/index.ts';
import type { ProgressEvent } from './progress-event.ts';

/** What the event of an ended execution says. */
export const ExecutionEnded = Type.Object({
  status: Type.String(),
  reused: Type.Boolean(),
  reason: Type.Optional(Type.String()),
  reused_from: Type.Optional(Type.String()),
});

const Waiting = Type.Object({
  waits_for: Type.Union([
    Type.Literal('workers'),
    Type.Literal('memory'),
    Type.Literal('memory_class'),
    Type.Literal('turn'),
  ]),
});

/** Stages of a run that are told by its events, in words. */
const STAGES: Readonly<Record<string, string>> = {
  'run.queued': 'queued',
  'run.resumed': 'queued again',
  'run.started': 'executing',
  'run.cancel_requested': 'asked to end',
};

/** An event of a run as those are told who watch it; what does not concern them is left out. */
export function eventsOf(event: {
  readonly kind: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly data: Json;
}): ProgressEvent[] {
  const { kind, subject_kind, subject_id: id, data } = event;
  const stage = STAGES[kind];
  if (stage !== undefined) return [{ kind: 'stage', stage }];
  switch (kind) {
    case 'execution.queued': {
      const waiting = check(Waiting, data);
      return waiting.ok ? [{ kind: 'plugin_queued', plugin: id, waitsFor: waiting.value.waits_for }] : [];
    }
    case 'execution.started':
      return [{ kind: 'plugin_started', plugin: id }];
    case 'execution.finished': {
      const ended = check(ExecutionEnded, data);
      if (!ended.ok) return [];
      const { status, reused, reason = '' } = ended.value;
      return [{ kind: 'plugin_finished', plugin: id, status, reused, reason }];
    }
    case 'finding.provisional': {
      const finding = check(ProvisionalFinding, data);
      const source = subject_kind === 'plugin' ? 'plugin' : 'file';
      return finding.ok ? [{ kind: 'provisional', source, by: id, finding: finding.value }] : [];
    }
    default:
      return [];
  }
}
