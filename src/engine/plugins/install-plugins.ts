import semver from 'semver';
import { commandLine, failPoint, HarnessError, randomId } from '../../base/index.ts';
import { engineVersion } from '../../pipeline/index.ts';
import type { PluginVersion } from '../../state/index.ts';
import type { App } from '../app.ts';
import { programRoot } from '../built-in-plugins.ts';
import { type Depending, refuseBrokenGraph } from './active-graph.ts';
import { builtInIds } from './built-in.ts';
import { changeOf, type PluginChange, type PluginChanges, pluginEvent, wayBack } from './change.ts';
import { refuseIncompatible } from './compatible.ts';
import { alteredFiles, installedText, isBelow, whatHappened } from './installed.ts';
import { putInPlace, takeAway, whileChangingPlugins, whilePlacing } from './place-plugin.ts';
import { type ReceivedBundle, refuseUnlessItLoads, withReceived } from './receive-bundle.ts';
import { refuseUnfitDefaults } from './refuse-defaults.ts';
import { disabledPlugins } from './run-plugins.ts';

/** How bundles are to be installed. */
export interface InstallRequest {
  readonly files: readonly string[];
  /** Only a version that is newer than the ones that are there. */
  readonly update: boolean;
}

/**
 * Installs bundles, each beside the versions that are there, and makes each the active one of its plugin. All are checked
 * before the first is kept, and a refused one leaves nothing behind. The same bytes again change nothing, but put back
 * files that were damaged. Throws SH_BUNDLE_…, SH_PLUGIN_….
 */
export async function installPlugins(app: App, { files, update }: InstallRequest): Promise<PluginChanges> {
  const builtIn = await builtInIds();
  const version = await engineVersion(programRoot());
  const changes = await withReceived(app, files, async (received) => {
    for (const one of received) {
      refuse(app, one, { update, builtIn });
      await refuseIncompatible(app, one.plugin, version);
      refuseUnfitDefaults(one.plugin.manifest);
      await refuseUnlessItLoads(one);
    }
    return whileChangingPlugins(app, () => placeAll(app, received, { update, builtIn }));
  });
  return { schema_version: 'plugin_changes.v1', changes };
}

async function placeAll(
  app: App,
  received: readonly ReceivedBundle[],
  circumstances: Circumstances,
): Promise<PluginChange[]> {
  // Somebody else may have changed what is installed while this process waited.
  for (const one of received) refuse(app, one, circumstances);
  await refuseBrokenGraph(app, enabledOf(app, received));
  const how = { change: circumstances.update ? 'updated' : 'installed', command: randomId() } as const;
  const done: PluginChange[] = [];
  for (const one of received) {
    const { id, version } = one.document;
    done.push(await whilePlacing(app, { id, version }, () => place(app, one, how)));
  }
  return done;
}

/** What of it runs will take: a plugin that is disabled stays so, whichever version of it is installed. */
function enabledOf(app: App, received: readonly ReceivedBundle[]): Depending[] {
  const disabled = disabledPlugins(app);
  const manifests = received.map(({ plugin }) => plugin.manifest);
  return manifests.filter(
    ({ id }, i) => !disabled.has(id) && manifests.findLastIndex((one) => one.id === id) === i,
  );
}

async function place(
  app: App,
  received: ReceivedBundle,
  { change, command }: { readonly change: 'installed' | 'updated'; readonly command: string },
): Promise<PluginChange> {
  const { id, version } = received.document;
  const installed = app.state.plugins.version(id, version);
  if (installed !== undefined) return keepOrRepair(app, received, { installed, command });
  try {
    await putInPlace(app, received.folder, { id, version });
    app.state.transaction(() => {
      app.state.plugins.add(received);
      const { previous_version: previous = null } = app.state.plugins.get(id) ?? {};
      const { bundle_sha256, source, document } = received;
      const { code_sha256 } = document;
      pluginEvent(app, change, { id, command, version, previous, code_sha256, bundle_sha256, source });
    });
  } catch (error) {
    if (app.state.plugins.version(id, version) === undefined) await takeAway(app, { id, version });
    throw error;
  }
  failPoint('plugin.recorded', id);
  const isEnabled = app.state.plugins.get(id)?.enabled === true;
  const enable = commandLine(['plugins', 'enable', id], app.paths);
  const runs = isEnabled ? 'every run takes it from now on' : `it is disabled; let it run: ${enable}`;
  const note = [...whatCameIn(app, received), runs, ...wayBack(app, id)].join('\n  ');
  return changeOf(app, change, { id, version, note });
}

/** What the operator should compare with whoever packed it, and what it asks for. */
function whatCameIn({ paths }: App, { plugin, bundle_sha256 }: ReceivedBundle): string[] {
  const { id, capabilities_required, network_hosts = [] } = plugin.manifest;
  const asked = capabilities_required.map((capability) =>
    capability === 'network' ? `network (${network_hosts.join(', ')})` : capability,
  );
  const show = commandLine(['plugins', 'show', id], paths);
  return [`bundle ${bundle_sha256}`, `asks for: ${asked.join(', ') || 'nothing'}; what it may do: ${show}`];
}

/** The same bytes once more. */
async function keepOrRepair(
  app: App,
  received: ReceivedBundle,
  { installed, command }: { readonly installed: PluginVersion; readonly command: string },
): Promise<PluginChange> {
  const { plugin_id: id, version } = installed;
  const active = app.state.plugins.get(id)?.active_version;
  const back = commandLine(['plugins', 'rollback', id, '--to', version], app.paths);
  const note = active === version ? '' : `${active} stays the active version; make this one active: ${back}`;
  const altered = await alteredFiles(app, installed);
  if (altered.length === 0) return changeOf(app, 'unchanged', { id, version, note });
  await putInPlace(app, received.folder, { id, version });
  const files = altered.map(({ path, found }) => `${path} ${whatHappened(found)}`);
  app.state.transaction(() => {
    if (!isBelow(app.paths.plugins, received.source))
      app.state.plugins.setSource(id, version, received.source);
    pluginEvent(app, 'repaired', { id, command, version, files });
  });
  return changeOf(app, 'repaired', { id, version, note: `put back: ${files.join('; ')}` });
}

interface Circumstances {
  readonly update: boolean;
  readonly builtIn: ReadonlySet<string>;
}

function refuse(app: App, received: ReceivedBundle, { update, builtIn }: Circumstances): void {
  const { id, version } = received.document;
  const path = received.source;
  if (builtIn.has(id))
    throw new HarnessError('SH_PLUGIN_BUILT_IN', { id, reason: 'no bundle can take its id' });
  const versions = app.state.plugins.versions(id);
  const same = versions.find((one) => one.version.toLowerCase() === version.toLowerCase());
  if (same !== undefined && same.bundle_sha256 !== received.bundle_sha256) {
    const remove = commandLine(['plugins', 'remove', id, '--version', same.version], app.paths);
    throw new HarnessError('SH_PLUGIN_VERSION_TAKEN', { path, id, version: same.version, remove });
  }
  if (!update || same !== undefined) return;
  const [newest] = versions.map((one) => one.version).sort(semver.rcompare);
  if (newest === undefined)
    throw new HarnessError('SH_PLUGIN_NOT_INSTALLED', { id, version: '', installed: installedText(app, id) });
  if (!semver.gt(version, newest))
    throw new HarnessError('SH_PLUGIN_NOT_NEWER', { path, id, version, newest });
}
