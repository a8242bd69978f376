import { basename, dirname } from 'node:path';
import { HarnessError, isThere, moveDurably } from '../base/index.ts';
import {
  adoptRun,
  followersOf,
  type RunFolder,
  setAside,
  setAsideRuns,
  unlistedRuns,
} from '../pipeline/index.ts';
import { currentOwner, describeOwner } from '../state/index.ts';
import type { App } from './app.ts';
import { whyNotTheRun } from './set-aside-run.ts';

/** What `runs adopt --json` prints. */
export interface Adoption {
  readonly schema_version: 'adoption.v1';
  /** Runs that the database knows from now on, in the order in which they were made. */
  readonly adopted: readonly string[];
  /** Those of them that had been deleted, and are in the trash. */
  readonly in_trash: readonly string[];
  /** Runs whose folders stay unlisted, why, and where they lie. */
  readonly left: readonly UnlistedRun[];
  /** Runs that were moved to `lost-found/`, why they can't be listed, and where they lie now. */
  readonly set_aside: readonly UnlistedRun[];
}

export interface UnlistedRun {
  readonly run_id: string;
  readonly reason: string;
  readonly path: string;
}

export interface AdoptRequest {
  /** Ids of runs or the start of them; none for all but those that were set aside. */
  readonly names: readonly string[];
  /** Sets aside what can't be listed. */
  readonly apart: boolean;
}

/**
 * Lists again the runs whose folders the database does not know. Each is checked whole against its manifest, and follows
 * the newest in the chain of manifests, so one can go before another. One that was set aside comes back where it fits.
 * Errors: SH_RUN_UNKNOWN, SH_ID_AMBIGUOUS, SH_LOCK_HELD.
 */
export async function adoptRuns(app: App, { names, apart }: AdoptRequest): Promise<Adoption> {
  const lock = { name: 'maintenance', owner: currentOwner(), purpose: 'adopt runs' } as const;
  const answer = app.state.locks.acquire(lock);
  if (!answer.acquired) {
    throw new HarnessError('SH_LOCK_HELD', { owner: describeOwner(answer.holder.owner) });
  }
  try {
    return await adoptAll(app, await chosen(app, names), apart);
  } finally {
    app.state.locks.release(lock);
  }
}

async function chosen({ state, paths }: App, names: readonly string[]): Promise<readonly RunFolder[]> {
  const unlisted = await unlistedRuns(state, paths);
  if (names.length === 0) return unlisted;
  return namedAmong([...unlisted, ...(await setAsideRuns(paths))], names);
}

/** The folders that are meant by their names, by ids of runs or the start of them. Errors: SH_RUN_UNKNOWN, SH_ID_AMBIGUOUS. */
export function namedAmong(runs: readonly RunFolder[], names: readonly string[]): readonly RunFolder[] {
  return names.map((name) => {
    const whole = runs.filter(({ path }) => basename(path) === name);
    const found =
      whole.length === 1 ? whole : runs.filter(({ run_id }) => run_id.startsWith(name.toLowerCase()));
    if (found.length > 1) {
      throw new HarnessError('SH_ID_AMBIGUOUS', { id: name, count: found.length, what: 'runs' });
    }
    if (found[0] === undefined) throw new HarnessError('SH_RUN_UNKNOWN', { id: name });
    return found[0];
  });
}

async function adoptAll(app: App, runs: readonly RunFolder[], apart: boolean): Promise<Adoption> {
  const { state, paths } = app;
  const following = followersOf(state.chain.head()?.manifest_sha256 ?? null, runs);
  const adopted: string[] = [];
  const refused: { readonly run: RunFolder; readonly reason: string }[] = [];
  for (const run of [...following, ...runs.filter((run) => !following.includes(run))]) {
    const reason = await adoptOne(app, run);
    if (reason === undefined) adopted.push(run.run_id);
    else refused.push({ run, reason });
  }
  const moved = apart ? refused.filter(({ run }) => !isAside(app, run)) : [];
  const set_aside: UnlistedRun[] = [];
  for (const { run, reason } of moved) {
    set_aside.push({ run_id: run.run_id, reason, path: await setAside(state, paths, run, reason) });
  }
  const left = refused.filter((one) => !moved.includes(one));
  return {
    schema_version: 'adoption.v1',
    adopted,
    in_trash: adopted.filter((id) => state.runs.get(id)?.deleted_at != null),
    left: left.map(({ run: { run_id, path }, reason }) => ({ run_id, reason, path })),
    set_aside,
  };
}

function isAside({ paths }: App, { path }: RunFolder): boolean {
  return dirname(path) === dirname(paths.setAside('x'));
}

/**
 * Why a run can't be listed; undefined where it is now. One that was set aside is moved to the others once it is listed:
 * where this is cut short, it is listed, and its folder is known to lie there.
 */
async function adoptOne(app: App, run: RunFolder): Promise<string | undefined> {
  const { state, paths } = app;
  if (!isAside(app, run)) return adoptRun(state, paths, run.run_id, run.path);
  const known = state.runs.get(run.run_id);
  const isTrashed = known !== undefined && known.deleted_at !== null;
  const place = isTrashed ? paths.trashedRun(run.run_id) : paths.run(run.run_id);
  if (await isThere(place)) return `${place} is there already`;
  const recorded = known?.manifest_sha256 ?? null;
  const reason =
    recorded === null
      ? await adoptRun(state, paths, run.run_id, run.path)
      : await whyNotTheRun(run, recorded);
  if (reason === undefined) await moveDurably(run.path, place);
  return reason;
}
