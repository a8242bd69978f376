import { join } from 'node:path';
import {
  type AppPaths,
  byCodePoint,
  daysBefore,
  failPoint,
  HarnessError,
  isSystemError,
  namesIn,
  randomId,
  removeTree,
  renameDurably,
  type Sha256,
  sizeAndAge,
} from '../base/index.ts';
import type { RunFolder } from '../pipeline/index.ts';
import type { Holding, Run } from '../state/index.ts';
import { underMaintenance } from './activity.ts';
import type { App, Appdata } from './app.ts';
import { comparePluginFolders } from './plugins/plugin-folders.ts';
import { purgeRun } from './purge-run.ts';
import { type Reckoning, reckonAges } from './reckon-ages.ts';
import { type PolicyFlags, policyOf, type ResolvedPolicy } from './retention-policy.ts';
import { trashedIds } from './settle-trash.ts';
import { type StoredItem, storedBlobs, storedParts, storedVersions } from './stored-files.ts';
import { type UnlistedData, unlistedData } from './unlisted-data.ts';

export type GarbageKind = 'run' | 'upload' | 'part' | 'dataset_version' | 'leftover' | 'cache';

/** Something that nothing needs. */
export interface Garbage {
  readonly kind: GarbageKind;
  /** Run id or hash; for a leftover or a cache entry its path in the appdata. */
  readonly id: string;
  readonly bytes: number;
}

/** What `gc --json` prints. */
export interface GarbageReport extends Reckoning {
  readonly schema_version: 'garbage.v1';
  /** True where nothing was removed: this is what would be. */
  readonly dry_run: boolean;
  readonly removed: readonly Garbage[];
  readonly bytes: number;
  /** What should go and could not, and why. */
  readonly left: readonly LeftRun[];
}

/** A run because of which something stays: itself in the trash, or data that it may need. */
export interface LeftRun {
  readonly run_id: string;
  readonly reason: string;
}

/** What is asked of `gc` and `retention`. */
export interface RetentionRequest {
  readonly dryRun: boolean;
  readonly flags: PolicyFlags;
  /** Believe the clock, however far it is ahead of the newest event. */
  readonly trustClock?: boolean;
}

/** What a sweep removed, or would remove. */
export type Swept = Pick<GarbageReport, 'removed' | 'bytes' | 'left'>;

/**
 * Removes what nothing needs: runs in the trash past their grace time, data that no dataset lists and no run under way
 * or pinned with its data needs, what processes that died left behind, and what the cache has too much of. Nobody may
 * run or ingest meanwhile. Throws SH_MAINTENANCE_REFUSED, SH_CONFIG_INVALID.
 */
export async function collectGarbage(
  app: App,
  { dryRun, flags, trustClock = false }: RetentionRequest,
): Promise<GarbageReport> {
  const policy = await policyOf(app, flags);
  app.state.refuseAnyChanged();
  const ages = reckonAges(app, trustClock);
  const report = (swept: Swept): GarbageReport => ({
    schema_version: 'garbage.v1',
    dry_run: dryRun,
    ...ages,
    ...swept,
  });
  if (dryRun) return report(await sweep(app, policy, ages, { remove: false }));
  return underMaintenance(app, 'gc', async () => report(await sweep(app, policy, ages, { remove: true })));
}

/**
 * Finds what nothing needs, and removes it where told to. The rows come first: what they call expired may be there or
 * not, so that dying between the two leaves no damage, only files for the next time.
 */
export async function sweep(
  app: App,
  policy: ResolvedPolicy,
  ages: Reckoning,
  { remove }: { readonly remove: boolean },
): Promise<Swept> {
  const cutoff = graceBegan(app, policy, ages);
  const held = await unlistedData(app);
  const { purged, left } = await purgeTrash(app, policy, cutoff, remove);
  const isKnown = held.unknown.length === 0;
  if (remove && isKnown) expireData(app, () => app.state.references.expire(cutoff, held.ids));
  const data = isKnown ? await unneeded(app, cutoff, held) : [];
  const found = [...data, ...(await leftovers(app, cutoff))];
  const files = [...found, ...(await surplusCache(app.paths, policy.cache_bytes))];
  if (remove) for (const { path } of files) await removeWhole(app.paths, path);
  const removed = [...purged, ...files.map(({ kind, id, bytes }) => ({ kind, id, bytes }))];
  const bytes = removed.reduce((sum, garbage) => sum + garbage.bytes, 0);
  return { removed, bytes, left: [...left, ...held.unknown.map(staying)] };
}

/** Before everything that may be in an appdata. */
const NEVER = '0000-01-01T00:00:00.000Z';

/**
 * What was deleted or written up to here is past its grace time. After a restore that time begins anew for everything:
 * what the restored backup says was deleted may have been taken back since, and what no row knows be of later rows.
 */
function graceBegan({ state }: App, { grace_days }: ResolvedPolicy, { ages_counted_to }: Reckoning): string {
  const cutoff = daysBefore(ages_counted_to, grace_days);
  const restored = state.events.lastAt('backup', 'state.restored') ?? NEVER;
  return restored > cutoff ? NEVER : cutoff;
}

function staying({ run_id, path }: RunFolder): LeftRun {
  const reason = `no data are removed, because its manifest in ${path} can not be read: it may need them`;
  return { run_id, reason };
}

/** Runs in the trash past their grace time. A damaged one can't be packed: it stays, and that is said. */
async function purgeTrash(
  app: App,
  policy: ResolvedPolicy,
  cutoff: string,
  remove: boolean,
): Promise<{ readonly purged: Garbage[]; readonly left: LeftRun[] }> {
  const purged: Garbage[] = [];
  const left: LeftRun[] = [];
  for (const run of pastGrace(app, cutoff)) {
    const { bytes } = await sizeAndAge(app.paths.trashedRun(run.run_id));
    const reason = remove ? await refusal(() => purgeRun(app, run, policy.pack_first)) : undefined;
    if (reason === undefined) purged.push({ kind: 'run', id: run.run_id, bytes });
    else
      left.push({ run_id: run.run_id, reason: `it stays in the trash: ${inTrash(app.paths, run, reason)}` });
  }
  return { purged, left };
}

/** While it was packed, the run lay among the others: paths are told as they are now. */
function inTrash({ run, trashedRun }: AppPaths, { run_id }: Run, text: string): string {
  return text.replaceAll(run(run_id), trashedRun(run_id));
}

/** Why something could not be done for the sake of integrity; undefined where it was done. */
async function refusal(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof HarnessError && error.exitCode === 4) return error.message;
    throw error;
  }
}

function pastGrace({ state }: App, cutoff: string): readonly Run[] {
  const deleted = state.runs.list({ deleted: true, limit: Number.MAX_SAFE_INTEGER });
  return deleted.filter(({ deleted_at }) => deleted_at !== null && deleted_at <= cutoff).toReversed();
}

/** Data that are gone on purpose. */
interface Expired {
  readonly parts: readonly Sha256[];
  readonly blobs: readonly Sha256[];
}

/** Marks data as gone on purpose, and says so; from then on their files may go. */
export function expireData({ state }: App, expire: () => Expired): Expired {
  const correlation_id = randomId();
  const expired = state.transaction(() => {
    const { parts, blobs } = expire();
    const events = [
      ...parts.map((id) => ({ kind: 'part.expired', subject_kind: 'part', subject_id: id })),
      ...blobs.map((id) => ({ kind: 'upload.expired', subject_kind: 'upload', subject_id: id })),
    ];
    for (const event of events) state.events.append({ correlation_id, ...event });
    return { parts, blobs };
  });
  failPoint('data.expired');
  return expired;
}

interface Found extends Garbage {
  readonly path: string;
}

/** Uploads, parts and dataset versions in the store that nothing needs. */
async function unneeded({ state, paths }: App, cutoff: string, { ids }: UnlistedData): Promise<Found[]> {
  const { blobs, parts, versions } = state.references;
  const found = [
    ...garbageAmong('upload', await storedBlobs(paths), blobs(cutoff), cutoff),
    ...garbageAmong('part', await storedParts(paths), parts(cutoff), cutoff),
    ...garbageAmong('dataset_version', await storedVersions(paths), versions(cutoff), cutoff),
  ];
  return found.filter(({ id }) => !ids.has(id));
}

/**
 * What no row knows was left by a process that died, or belongs to rows that a backup from before took the place of:
 * it goes once it is older than the grace time.
 */
function garbageAmong(
  kind: GarbageKind,
  stored: readonly StoredItem[],
  known: ReadonlyMap<Sha256, Holding>,
  cutoff: string,
): Found[] {
  const isGarbage = ({ id, written }: StoredItem): boolean =>
    !(known.get(id)?.needed ?? written > Date.parse(cutoff));
  return stored
    .filter(isGarbage)
    .sort((a, b) => byCodePoint(a.id, b.id))
    .map(({ id, path, bytes }) => ({ kind, id, path, bytes }));
}

/**
 * Folders in trash and staging whose run no row knows, and in staging those of finished runs: of a purge that died, or
 * older than the grace time.
 */
async function leftovers({ state, paths }: App, cutoff: string): Promise<Found[]> {
  const trashed = (await trashedIds(paths)).map((id) => ({ id, path: paths.trashedRun(id) }));
  const staged = (await namesIn(paths.staging)).map((id) => ({ id, path: paths.stagedRun(id) }));
  const isPurged = (id: string): boolean =>
    state.events.bySubject('run', id).some(({ kind }) => kind === 'run.purged');
  const found: Found[] = [];
  for (const { id, path } of [...trashed, ...staged]) {
    const run = state.runs.get(id);
    const isOver = run?.manifest_sha256 != null && path === paths.stagedRun(id);
    if (run !== undefined && !isOver) continue;
    const { bytes, written } = await sizeAndAge(path);
    const isOld = written <= Date.parse(cutoff);
    if (isOld || isPurged(id)) found.push({ kind: 'leftover', id: inAppdata(paths, path), path, bytes });
  }
  return [...found, ...(await unknownPlugins({ state, paths }, cutoff))];
}

/** Folders of plugins that no row knows. */
async function unknownPlugins(app: Appdata, cutoff: string): Promise<Found[]> {
  const { unknown } = await comparePluginFolders(app);
  const sized = unknown.map(async ({ path }) => ({ path, ...(await sizeAndAge(path)) }));
  return (await Promise.all(sized))
    .filter(({ written }) => written <= Date.parse(cutoff))
    .map(({ path, bytes }) => ({ kind: 'leftover', id: inAppdata(app.paths, path), path, bytes }));
}

/** What was used longest ago in the cache, as far as all of it is too large. It can be computed again. */
async function surplusCache(paths: AppPaths, most: number): Promise<Found[]> {
  const entries = await cacheEntries(paths);
  let total = 0;
  const surplus = entries
    .sort((a, b) => b.written - a.written)
    .filter(({ bytes }) => (total += bytes) > most);
  return surplus.map(({ path, bytes }) => ({ kind: 'cache', id: inAppdata(paths, path), path, bytes }));
}

/** Kept executions, chunks and facts lie two folders deep, answers one. */
async function cacheEntries({ cache }: AppPaths) {
  const deep = await Promise.all(['executions', 'chunks', 'facts'].map((name) => below(join(cache, name))));
  const folders = [...deep.flat(), join(cache, 'answers')];
  const paths = (await Promise.all(folders.map(below))).flat();
  return Promise.all(paths.map(async (path) => ({ path, ...(await sizeAndAge(path)) })));
}

async function below(folder: string): Promise<string[]> {
  return (await namesIn(folder)).map((name) => join(folder, name));
}

function inAppdata(paths: AppPaths, path: string): string {
  return path.slice(paths.root.length + 1).replaceAll('\\', '/');
}

/** Out of the store by one rename, so that dying half-way leaves no half of it there; then away. */
export async function removeWhole(paths: AppPaths, path: string): Promise<void> {
  const gone = join(paths.temporary, `gone-${randomId()}`);
  try {
    await renameDurably(path, gone);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
  failPoint('garbage.moved', path);
  await removeTree(gone);
}
