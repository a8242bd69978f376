import Type, { type Static } from 'typebox';
import { closed } from '../contract/index.ts';
import type { ProgressEvent } from './progress-event.ts';

/** How far a run has come, as other processes read it; what has happened is in its events. */
export const RunProgress = closed({
  stage: Type.String(),
  /** How much of the file was read, while one is. */
  read: Type.Union([
    closed({ rows: Type.Integer({ minimum: 0 }), bytes: Type.Integer({ minimum: 0 }) }),
    Type.Null(),
  ]),
  /** Of the plugins that are executing, as far as they say so. */
  plugins: Type.Record(Type.String(), closed({ done: Type.Number(), total: Type.Number() })),
});
export type RunProgress = Static<typeof RunProgress>;

export const NO_PROGRESS: RunProgress = { stage: '', read: null, plugins: {} };

/** The progress after an event. */
export function progressAfter(before: RunProgress, event: ProgressEvent): RunProgress {
  switch (event.kind) {
    case 'stage':
      return { ...before, stage: event.stage, read: null };
    case 'rows':
      return { ...before, stage: event.stage, read: { rows: event.rows, bytes: event.bytes ?? 0 } };
    case 'plugin_progress': {
      const { plugin, done, total } = event;
      return { ...before, plugins: { ...before.plugins, [plugin]: { done, total } } };
    }
    case 'plugin_finished': {
      const { [event.plugin]: _ended, ...plugins } = before.plugins;
      return { ...before, plugins };
    }
    case 'plugin_started':
      // Reading and planning are over; that the run executes is an event of its own.
      return before.read === null && before.stage === '' ? before : { ...before, stage: '', read: null };
    case 'plugin_queued':
    case 'provisional':
      return before;
  }
}

/** What of a progress is new, as events. */
export function progressSince(before: RunProgress, now: RunProgress): ProgressEvent[] {
  const events: ProgressEvent[] = [];
  if (now.read !== null && !isSame(now.read, before.read))
    events.push({ kind: 'rows', stage: now.stage, ...now.read });
  else if (now.stage !== before.stage && now.read === null && now.stage !== '')
    events.push({ kind: 'stage', stage: now.stage });
  for (const [plugin, progress] of Object.entries(now.plugins)) {
    if (!isSame(progress, before.plugins[plugin]))
      events.push({ kind: 'plugin_progress', plugin, ...progress });
  }
  return events;
}

function isSame(a: object, b: object | null | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
