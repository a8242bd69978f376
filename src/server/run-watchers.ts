import { HarnessError } from '../base/index.ts';
import { type App, type ProgressEvent, progressNow, type RunWatch, watchRun } from '../engine/index.ts';

/** Each looks into the database five times a second. */
const MOST_RUNS = 30;
/** Windows and programs: each holds a connection. */
const MOST_FOLLOWERS = 200;

/** Told all that happens; `id` where it is an event of the run. */
type Tell = (event: ProgressEvent, id?: number) => void;

interface Watcher {
  readonly followers: Set<Tell>;
  /** The events of the run so far. */
  readonly happened: { readonly event: ProgressEvent; readonly id: number }[];
  readonly end: Promise<RunWatch>;
  stop(): void;
}

/** Watches runs for those who follow them: each run once, however many they are, and as long as somebody does. */
export class RunWatchers {
  readonly #app: App;
  readonly #watchers = new Map<string, Watcher>();
  #followers = 0;

  constructor(app: App) {
    this.#app = app;
  }

  /**
   * Tells what has happened in a run after an event, how far it is, and then all that happens, until it has ended: then how
   * it stands; or until `signal`: then nothing. Throws SH_HTTP_BUSY.
   */
  async follow(
    runId: string,
    { after, signal, tell }: { readonly after: number; readonly signal: AbortSignal; tell: Tell },
  ): Promise<RunWatch | undefined> {
    this.refuseMore(runId);
    const watcher = this.#watchers.get(runId) ?? this.#watch(runId);
    this.#followers += 1;
    try {
      for (const { event, id } of watcher.happened) if (id > after) tell(event, id);
      for (const event of progressNow(this.#app, runId)) tell(event);
      watcher.followers.add(tell);
      return await Promise.race([watcher.end, abortOf(signal)]);
    } finally {
      this.#followers -= 1;
      watcher.followers.delete(tell);
      if (watcher.followers.size === 0) watcher.stop();
    }
  }

  /** Throws SH_HTTP_BUSY where nobody else can follow that run. */
  refuseMore(runId: string): void {
    if (this.#followers >= MOST_FOLLOWERS)
      throw new HarnessError('SH_HTTP_BUSY', { what: `${MOST_FOLLOWERS} windows or programs follow runs` });
    if (this.#watchers.size >= MOST_RUNS && !this.#watchers.has(runId))
      throw new HarnessError('SH_HTTP_BUSY', { what: `${MOST_RUNS} runs are followed` });
  }

  #watch(runId: string): Watcher {
    const ending = new AbortController();
    const followers: Watcher['followers'] = new Set();
    const happened: Watcher['happened'] = [];
    const onProgress: Tell = (event, id) => {
      if (id !== undefined) happened.push({ event, id });
      for (const tell of followers) tell(event, id);
    };
    const end = watchRun(this.#app, runId, { signal: ending.signal, onProgress });
    const forget = (): void => {
      if (this.#watchers.get(runId) === watcher) this.#watchers.delete(runId);
    };
    const stop = (): void => {
      forget();
      ending.abort();
    };
    const watcher = { followers, happened, end, stop };
    this.#watchers.set(runId, watcher);
    end.then(forget, forget);
    return watcher;
  }
}

function abortOf(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
