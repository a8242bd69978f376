import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { address } from '../../api/client.ts';
import type { ProgressEvent, RunWatch } from '../../api/types.ts';
import { NOTHING, type Progress, progressAfter } from './progress-after.ts';

/** Who follows a run. */
export interface Follower {
  /** How it stands: told first and last. */
  onStatus(now: RunWatch): void;
  /** Its stage is another, or plugins began or ended since: at most once in two seconds. */
  onMoved?(): void;
  /** The program refuses to tell, so another route may say why; it is asked again after a while. */
  onRefused(): void;
}

const MOVED_MS = 2000;
const AGAIN_MS = 2000;
const MOVES: readonly ProgressEvent['kind'][] = ['stage', 'plugin_started', 'plugin_finished'];

/**
 * Follows a run by server-sent events until it ends. `heard`: how it stands was told; `lost`: while the connection is
 * broken and tried again.
 */
export function useProgress(
  runId: string,
  follower: Follower,
): { readonly progress: Progress; readonly heard: boolean; readonly lost: boolean } {
  const [progress, tell] = useReducer(progressAfter, NOTHING);
  const [heard, setHeard] = useState(false);
  const [lost, setLost] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const hidden = useHidden();
  const told = useRef(follower);
  told.current = follower;
  useEffect(() => {
    // A browser has six connections to a server: windows that nobody sees leave them to the one that is seen.
    if (hidden) return;
    const timers = new Map<string, ReturnType<typeof setTimeout>>();
    const soon = (what: string, ms: number, act: () => void): void => {
      if (timers.has(what)) return;
      const timer = setTimeout(() => {
        timers.delete(what);
        act();
      }, ms);
      timers.set(what, timer);
    };
    // All that happened is told again.
    tell('nothing');
    const source = new EventSource(address(`/runs/${runId}/events`));
    source.onopen = () => setLost(false);
    source.onerror = () => {
      setLost(true);
      // A browser tries again what broke off, and gives up what was refused: the session ended, the run is unknown.
      if (source.readyState !== EventSource.CLOSED) return;
      told.current.onRefused();
      soon('again', AGAIN_MS, () => setAttempt((n) => n + 1));
    };
    source.addEventListener('progress', ({ data }) => {
      const event: ProgressEvent = JSON.parse(data);
      tell(event);
      if (MOVES.includes(event.kind)) soon('moved', MOVED_MS, () => told.current.onMoved?.());
    });
    source.addEventListener('status', ({ data }) => {
      const now: RunWatch = JSON.parse(data);
      if (!now.under_way) source.close();
      setHeard(true);
      told.current.onStatus(now);
    });
    return () => {
      source.close();
      for (const timer of timers.values()) clearTimeout(timer);
    };
  }, [runId, attempt, hidden]);
  return { progress, heard, lost };
}

/** Whether nobody sees the window. */
function useHidden(): boolean {
  const [hidden, setHidden] = useState(document.hidden);
  useEffect(() => {
    const look = (): void => setHidden(document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return hidden;
}

/** Milliseconds since an instant, told anew each second; null without one. */
export function useElapsed(since: string | null): number | null {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (since === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [since]);
  return since === null ? null : Math.max(0, now - Date.parse(since));
}
