import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { address } from '../../api/client.ts';
import type { ProgressEvent, RunWatch } from '../../api/types.ts';

type Told = Extract<ProgressEvent, { kind: 'provisional' }>;

/** How far a run is, as its events tell. */
export interface Progress {
  readonly stage: string;
  readonly read: {
    readonly rows: number;
    readonly bytes: number;
    readonly perSecond: number;
    readonly since: number;
  } | null;
  readonly executing: readonly { readonly plugin: string; readonly done: number; readonly total: number }[];
  readonly finished: number;
  readonly waiting: number;
  readonly queued: ReadonlySet<string>;
  /** The newest of each source, the newest first. */
  readonly told: readonly Told[];
}

const NOTHING: Progress = {
  ...{ stage: '', read: null, executing: [], finished: 0, waiting: 0, queued: new Set<string>(), told: [] },
};

const MOST_TOLD = 8;

/** Follows a run by server-sent events until it ends; how it stands is told first and last. `lost`: while the connection is broken and tried again. */
export function useProgress(
  runId: string,
  onStatus: (now: RunWatch) => void,
): { readonly progress: Progress; readonly lost: boolean } {
  const [progress, tell] = useReducer(progressAfter, NOTHING);
  const [lost, setLost] = useState(false);
  const told = useRef(onStatus);
  told.current = onStatus;
  useEffect(() => {
    const source = new EventSource(address(`/runs/${runId}/events`));
    source.onopen = () => setLost(false);
    source.onerror = () => setLost(source.readyState !== EventSource.CLOSED);
    source.addEventListener('progress', ({ data }) => tell(JSON.parse(data)));
    source.addEventListener('status', ({ data }) => {
      const now: RunWatch = JSON.parse(data);
      if (!now.under_way) source.close();
      told.current(now);
    });
    return () => source.close();
  }, [runId]);
  return { progress, lost };
}

function progressAfter(before: Progress, event: ProgressEvent): Progress {
  switch (event.kind) {
    case 'stage':
      return { ...before, stage: event.stage, read: null };
    case 'rows': {
      const since = before.read?.since ?? Date.now();
      const seconds = (Date.now() - since) / 1000;
      const perSecond = seconds > 1 ? Math.round(event.rows / seconds) : 0;
      return {
        ...before,
        stage: event.stage,
        read: { rows: event.rows, bytes: event.bytes ?? 0, perSecond, since },
      };
    }
    case 'plugin_queued': {
      const queued = new Set([...before.queued, event.plugin]);
      return { ...before, queued, waiting: queued.size };
    }
    case 'plugin_started': {
      const queued = without(before.queued, event.plugin);
      const executing = [...before.executing, { plugin: event.plugin, done: 0, total: 0 }];
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

/** Milliseconds since an instant, told anew each second; null without one. */
export function useElapsed(since: string | null): number | null {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return since === null ? null : Math.max(0, now - Date.parse(since));
}
