import { HarnessError } from '../base/index.ts';
import { adoptRun } from '../pipeline/index.ts';
import { currentOwner, describeOwner } from '../state/index.ts';
import type { App } from './app.ts';
import { compareRunFolders } from './run-folders.ts';

/** What `runs adopt --json` prints. */
export interface Adoption {
  readonly schema_version: 'adoption.v1';
  /** Runs that are listed from now on, in the order in which they were made. */
  readonly adopted: readonly string[];
  /** Runs whose folders stay unlisted, and why. */
  readonly left: readonly { readonly run_id: string; readonly reason: string }[];
}

/**
 * Lists again the runs whose folders the database does not know: those named (by the start of their id), or all.
 * Each is checked whole against its manifest, and follows the newest in the chain of manifests, so one can go before
 * another. Errors: SH_RUN_UNKNOWN, SH_LOCK_HELD.
 */
export async function adoptRuns(app: App, names: readonly string[]): Promise<Adoption> {
  const lock = { name: 'maintenance', owner: currentOwner(), purpose: 'adopt runs' } as const;
  const answer = app.state.locks.acquire(lock);
  if (!answer.acquired) {
    throw new HarnessError('SH_LOCK_HELD', { owner: describeOwner(answer.holder.owner) });
  }
  try {
    return await adoptAll(app, await namedFolders(app, names));
  } finally {
    app.state.locks.release(lock);
  }
}

async function adoptAll({ state, paths }: App, ids: readonly string[]): Promise<Adoption> {
  const adopted: string[] = [];
  let reasons = new Map<string, string>();
  for (let progress = true; progress; ) {
    progress = false;
    reasons = new Map();
    for (const id of ids.filter((id) => !adopted.includes(id))) {
      const reason = await adoptRun(state, paths, id);
      if (reason === undefined) adopted.push(id);
      else reasons.set(id, reason);
      progress ||= reason === undefined;
    }
  }
  const left = [...reasons].map(([run_id, reason]) => ({ run_id, reason }));
  return { schema_version: 'adoption.v1', adopted, left };
}

async function namedFolders(app: App, names: readonly string[]): Promise<readonly string[]> {
  const { unknown } = await compareRunFolders(app);
  if (names.length === 0) return unknown;
  return names.map((name) => {
    const found = unknown.filter((id) => id.startsWith(name.toLowerCase()));
    if (found.length > 1) {
      throw new HarnessError('SH_ID_AMBIGUOUS', { id: name, count: found.length, what: 'runs' });
    }
    if (found[0] === undefined) throw new HarnessError('SH_RUN_UNKNOWN', { id: name });
    return found[0];
  });
}
