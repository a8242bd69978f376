import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type AppPaths,
  ensureDirectoryDurably,
  failPoint,
  HarnessError,
  isSystemError,
  isThere,
  randomId,
  removeTree,
  renameDurably,
} from '../../base/index.ts';
import { currentOwner, describeOwner, type State } from '../../state/index.ts';

/** Where plugins are installed and recorded. */
interface Places {
  readonly paths: AppPaths;
  readonly state: State;
}

/** A version of a plugin. */
export interface PluginPlace {
  readonly id: string;
  readonly version: string;
}

const PAUSE_MS = 200;
const ATTEMPTS = 150;
/** Unlike the place of a plugin it leaves nothing to settle. */
const CHANGING = 'a change of plugins';

/**
 * Does what changes the folder of a plugin's version, while nobody else changes that plugin and no garbage is collected.
 * It is announced in the database before anything is done: where this process dies, the next start sees what it began and
 * removes a folder that no row knows. Throws SH_MAINTENANCE_REFUSED where somebody else does not come to an end.
 */
export async function whilePlacing<T>(app: Places, place: PluginPlace, use: () => Promise<T>): Promise<T> {
  await settlePlugins(app);
  const { id, version } = place;
  const isInTheWay = (purpose: string) => purpose.startsWith(`plugin ${id} `);
  const activity = await begin(app, `plugin ${id} ${version}`, isInTheWay);
  try {
    return await use();
  } finally {
    app.state.activities.end(activity);
  }
}

/**
 * Does what changes which plugins there are and which of them run, while nobody else does: what is seen of them first, such
 * as that they depend on each other in no circle, is still true at the end. Throws SH_MAINTENANCE_REFUSED as above.
 */
export async function whileChangingPlugins<T>(
  { state }: Pick<Places, 'state'>,
  use: () => Promise<T>,
): Promise<T> {
  const activity = await begin({ state }, CHANGING, (purpose) => purpose === CHANGING);
  try {
    return await use();
  } finally {
    state.activities.end(activity);
  }
}

/** Announces an activity once no other is in its way; gives its id. */
async function begin(
  { state }: Pick<Places, 'state'>,
  purpose: string,
  isInTheWay: (purpose: string) => boolean,
): Promise<string> {
  const owner = currentOwner();
  for (let attempt = 1; ; attempt++) {
    const answer = state.transaction(() => {
      const other = state.activities.underWay(owner).find((one) => isInTheWay(one.purpose));
      return other === undefined
        ? state.activities.begin({ owner, purpose })
        : { begun: false as const, holder: other };
    });
    if (answer.begun) return answer.id;
    const { holder } = answer;
    if (attempt >= ATTEMPTS)
      throw new HarnessError('SH_MAINTENANCE_REFUSED', {
        ...{ purpose: holder.purpose, owner: describeOwner(holder.owner) },
      });
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/**
 * Removes the folders that processes which died had put into their place, or were about to remove, and that no row knows.
 * Doing it again, or by two at once, changes nothing.
 */
export async function settlePlugins({ state, paths }: Places): Promise<void> {
  const owner = currentOwner();
  for (const { id: activity, purpose } of state.activities.toSettle(owner)) {
    const [, id = '', version = ''] = purpose.split(' ');
    const taken = state.transaction(() => {
      if (!state.activities.toSettle(owner).some((one) => one.id === activity)) return undefined;
      const answer = state.activities.begin({ owner, purpose });
      if (!answer.begun) return undefined;
      state.activities.end(activity);
      return answer.id;
    });
    if (taken === undefined) continue;
    try {
      if (state.plugins.version(id, version) === undefined) await takeAway({ paths }, { id, version });
    } finally {
      state.activities.end(taken);
    }
  }
}

/** Puts an unpacked bundle into its place; what lies there, and belongs to no row or is damaged, goes. */
export async function putInPlace(
  app: Pick<Places, 'paths'>,
  folder: string,
  { id, version }: PluginPlace,
): Promise<void> {
  const place = app.paths.plugin(id, version);
  await takeAway(app, { id, version });
  failPoint('plugin.placing', place);
  await ensureDirectoryDurably(dirname(place));
  await renameDurably(folder, place);
  failPoint('plugin.placed', place);
}

/** Out of its place by one rename, so that dying half-way leaves no half of it there; then away. */
export async function takeAway(
  { paths }: Pick<Places, 'paths'>,
  { id, version }: PluginPlace,
): Promise<void> {
  const place = paths.plugin(id, version);
  if (await isThere(place)) {
    const gone = join(paths.temporary, `gone-${randomId()}`);
    failPoint('plugin.leaving', place);
    await renameDurably(place, gone);
    failPoint('plugin.left', place);
    await removeTree(gone);
  }
  await removeEmpty(dirname(place));
}

async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES', 'EBUSY')) throw error;
  }
}
