import type { ProgressEvent } from '../../api/types.ts';

type Told = Extract<ProgressEvent, { kind: 'provisional' }>;

/** How far a run is, as its events tell. */
export interface Progress {
  readonly stage: string;
  readonly read: {
    readonly rows: number;
    readonly bytes: number;
    /** Since it was first heard of: `first` rows were read then, at `since`. */
    readonly perSecond: number;
    readonly first: number;
    readonly since: number;
  } | null;
  readonly executing: readonly { readonly plugin: string; readonly done: number; readonly total: number }[];
  readonly finished: number;
  readonly waiting: number;
  readonly queued: ReadonlySet<string>;
  /** The newest of each source, the newest first. */
  readonly told: readonly Told[];
}

/** Nothing was heard yet. */
export const NOTHING: Progress = {
  ...{ stage: '', read: null, executing: [], finished: 0, waiting: 0, queued: new Set<string>(), told: [] },
};

const MOST_TOLD = 8;

/** What `run.resumed` is told as: what was executing or done before it is no more. */
const AGAIN = 'queued again';

/** How far a run is after an event more; 'nothing' begins anew. */
export function progressAfter(before: Progress, event: ProgressEvent | 'nothing'): Progress {
  if (event === 'nothing') return NOTHING;
  switch (event.kind) {
    case 'stage':
      return {
        ...(event.stage === AGAIN ? { ...NOTHING, told: before.told } : before),
        stage: event.stage,
        read: null,
      };
    case 'rows': {
      const { since, first } = before.read ?? { since: Date.now(), first: event.rows };
      const seconds = (Date.now() - since) / 1000;
      const perSecond = seconds > 1 ? Math.round((event.rows - first) / seconds) : 0;
      return {
        ...before,
        stage: event.stage,
        read: { rows: event.rows, bytes: event.bytes ?? 0, perSecond, first, since },
      };
    }
    case 'plugin_queued': {
      const queued = new Set([...before.queued, event.plugin]);
      return { ...before, queued, waiting: queued.size };
    }
    case 'plugin_started': {
      const queued = without(before.queued, event.plugin);
      const others = before.executing.filter(({ plugin }) => plugin !== event.plugin);
      const executing = [...others, { plugin: event.plugin, done: 0, total: 0 }];
      return { ...before, read: null, queued, waiting: queued.size, executing };
    }
    case 'plugin_progress': {
      const { plugin, done, total } = event;
      const executing = before.executing.map((one) =>
        one.plugin === plugin ? { plugin, done, total } : one,
      );
      return { ...before, executing };
    }
    case 'plugin_finished': {
      const queued = without(before.queued, event.plugin);
      const executing = before.executing.filter(({ plugin }) => plugin !== event.plugin);
      return { ...before, queued, waiting: queued.size, executing, finished: before.finished + 1 };
    }
    case 'provisional':
      return {
        ...before,
        told: [event, ...before.told.filter(({ by }) => by !== event.by)].slice(0, MOST_TOLD),
      };
  }
}

function without(set: ReadonlySet<string>, one: string): ReadonlySet<string> {
  return new Set([...set].filter((other) => other !== one));
}
