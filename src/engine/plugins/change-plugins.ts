import { commandLine, failPoint, HarnessError, messageOf, nearest, randomId } from '../../base/index.ts';
import { readManifests } from '../../plugin-host/index.ts';
import type { PluginVersion } from '../../state/index.ts';
import type { App } from '../app.ts';
import { pluginFolders } from '../built-in-plugins.ts';
import { activeGraph, type Depending, refuseBrokenGraph } from './active-graph.ts';
import { builtInIds } from './built-in.ts';
import { changeOf, type PluginChange, type PluginChanges, pluginEvent, wayBack } from './change.ts';
import { activeVersions, installedText, loadVersion } from './installed.ts';
import { takeAway, whileChangingPlugins, whilePlacing } from './place-plugin.ts';
import { disabledPlugins } from './run-plugins.ts';

/**
 * Makes another installed version the active one: the one that was active before, or the one that is named; that its files
 * are whole is seen first. Throws SH_PLUGIN_NOT_INSTALLED, SH_PLUGIN_NO_VERSION, SH_PLUGIN_BUILT_IN, SH_PLUGIN_ALTERED,
 * SH_PLAN_MISSING_DEPENDENCY, SH_PLAN_CYCLE.
 */
export function rollBackPlugin(app: App, id: string, to: string | undefined): Promise<PluginChanges> {
  return whileChangingPlugins(app, () => rollBack(app, id, to));
}

async function rollBack(app: App, id: string, to: string | undefined): Promise<PluginChanges> {
  await refuseUnlessInstalled(app, id, 'there is one version of it');
  const { plugins } = app.state;
  const version = to ?? plugins.get(id)?.previous_version ?? undefined;
  const installed = installedText(app, id);
  if (version === undefined) throw new HarnessError('SH_PLUGIN_NO_VERSION', { id, installed });
  const row = plugins.version(id, version);
  if (row === undefined) throw new HarnessError('SH_PLUGIN_NOT_INSTALLED', { id, version, installed });
  const { manifest } = await loadVersion(app, row);
  if (!disabledPlugins(app).has(id)) await refuseBrokenGraph(app, [manifest]);
  return whilePlacing(app, { id, version }, async () => {
    const from = plugins.get(id)?.active_version ?? null;
    if (from === version) return changes(changeOf(app, 'unchanged', { id, version }));
    app.state.transaction(() => {
      if (plugins.version(id, version) === undefined)
        throw new HarnessError('SH_PLUGIN_NOT_INSTALLED', { id, version, installed: installedText(app, id) });
      plugins.activate(id, version);
      const { code_sha256 } = row;
      pluginEvent(app, 'rolled_back', { id, command: randomId(), version, previous: from, code_sha256 });
    });
    return changes(changeOf(app, 'rolled_back', { id, version, note: wayBack(app, id).join('') }));
  });
}

/**
 * Lets plugins run, or not: then they are in no plan and never executed. Throws SH_PLUGIN_UNKNOWN, SH_PLUGIN_REQUIRED,
 * SH_PLAN_MISSING_DEPENDENCY, SH_PLAN_CYCLE.
 */
export function setPluginsEnabled(
  app: App,
  ids: readonly string[],
  enabled: boolean,
): Promise<PluginChanges> {
  return whileChangingPlugins(app, () => setEnabled(app, ids, enabled));
}

async function setEnabled(app: App, ids: readonly string[], enabled: boolean): Promise<PluginChanges> {
  const installed = app.state.plugins.list().map(({ plugin_id }) => plugin_id);
  const known = [...(await builtInIds()), ...installed];
  for (const id of ids)
    if (!known.includes(id))
      throw new HarnessError('SH_PLUGIN_UNKNOWN', { id, nearest: nearest(id, known) ?? '' });
  if (enabled) await refuseBrokenGraph(app, await manifestsOf(app, ids));
  else await refuseRequired(app, ids, 'disabled');
  const change = enabled ? 'enabled' : 'disabled';
  const command = randomId();
  return app.state.transaction(() => {
    const done = [...new Set(ids)].map((id) => {
      const now = app.state.plugins.get(id);
      if ((now?.enabled ?? true) === enabled)
        return { ...changeOf(app, 'unchanged', { id, version: null }), enabled };
      app.state.plugins.setEnabled(id, enabled);
      pluginEvent(app, change, { id, command, version: now?.active_version ?? null });
      return changeOf(app, change, { id, version: null });
    });
    return changes(...done);
  });
}

/**
 * Removes installed plugins with all their versions, or one version of one: the records first, then the files, so that
 * dying between the two leaves only files, which the next start removes. Throws SH_PLUGIN_NOT_INSTALLED,
 * SH_PLUGIN_BUILT_IN, SH_PLUGIN_ACTIVE, SH_PLUGIN_REQUIRED.
 */
export function removePlugins(
  app: App,
  ids: readonly string[],
  version: string | undefined,
): Promise<PluginChanges> {
  return whileChangingPlugins(app, () => removeAll(app, ids, version));
}

async function removeAll(
  app: App,
  ids: readonly string[],
  version: string | undefined,
): Promise<PluginChanges> {
  for (const id of ids) await refuseUnlessInstalled(app, id, 'can not be removed');
  if (version === undefined) await refuseRequired(app, ids, 'removed');
  const done: PluginChange[] = [];
  for (const id of new Set(ids)) done.push(...(await removeOne(app, id, version)));
  return changes(...done);
}

async function removeOne(app: App, id: string, version: string | undefined): Promise<PluginChange[]> {
  const { plugins } = app.state;
  const wanted = plugins.versions(id).filter((row) => version === undefined || row.version === version);
  if (wanted.length === 0)
    throw new HarnessError('SH_PLUGIN_NOT_INSTALLED', {
      ...{ id, version: version ?? '', installed: installedText(app, id) },
    });
  if (wanted.length === plugins.versions(id).length && version !== undefined)
    await refuseRequired(app, [id], 'removed');
  const command = randomId();
  const done: PluginChange[] = [];
  // The active one last: until then there is one that counts.
  const active = plugins.get(id)?.active_version;
  for (const row of wanted.toSorted((a, b) => Number(a.version === active) - Number(b.version === active))) {
    const note = await whilePlacing(app, { id, version: row.version }, async () => {
      app.state.transaction(() => {
        forget(app, id, row.version);
        const { code_sha256 } = row;
        pluginEvent(app, 'removed', { id, command, version: row.version, code_sha256 });
      });
      failPoint('plugin.forgotten', id);
      const kept = [await takeFilesAway(app, id, row.version), approvalsKept(app, row)];
      return kept.filter((sentence) => sentence !== '').join('; ');
    });
    done.push(changeOf(app, 'removed', { id, version: row.version, note }));
  }
  return done;
}

function forget(app: App, id: string, version: string): void {
  const { plugins } = app.state;
  const now = plugins.get(id);
  const rest = plugins.versions(id).filter((row) => row.version !== version);
  if (rest.length === 0) {
    plugins.remove(id);
    return;
  }
  if (now?.active_version !== version) {
    plugins.removeVersion(id, version);
    return;
  }
  const to = now.previous_version ?? rest[0]?.version ?? '';
  throw new HarnessError('SH_PLUGIN_ACTIVE', {
    ...{ id, version, installed: rest.map((row) => row.version).join(', ') },
    rollback: commandLine(['plugins', 'rollback', id, '--to', to], app.paths),
  });
}

/** An approval outlives the code that it is for. */
function approvalsKept(app: App, { plugin_id: id, code_sha256 }: PluginVersion): string {
  if (!app.state.approvals.ofPlugin(id).some((one) => one.code_sha256 === code_sha256)) return '';
  const revoke = commandLine(['plugins', 'approve', id, '--revoke'], app.paths);
  return `what was approved for it is kept, and in force again when the same code comes back; "${revoke}" withdraws it`;
}

/** What another program holds open can't be taken away: the plugin is removed all the same, and that is said. */
async function takeFilesAway(app: App, id: string, version: string): Promise<string> {
  try {
    await takeAway(app, { id, version });
    return '';
  } catch (error) {
    const gc = commandLine(['gc'], app.paths);
    return `its files could not be removed (${messageOf(error)}); nothing loads them, and "${gc}" removes them later`;
  }
}

async function refuseUnlessInstalled(app: App, id: string, reason: string): Promise<void> {
  if (app.state.plugins.versions(id).length > 0) return;
  if ((await builtInIds()).has(id)) throw new HarnessError('SH_PLUGIN_BUILT_IN', { id, reason });
  const ids = activeVersions(app).map(({ plugin_id }) => plugin_id);
  throw new HarnessError('SH_PLUGIN_NOT_INSTALLED', { id, version: '', installed: ids.join(', ') });
}

/** What others can't run without stays, unless the same is done to those. */
async function refuseRequired(app: App, ids: readonly string[], change: string): Promise<void> {
  const others = (await activeGraph(app)).filter((one) => !ids.includes(one.id));
  for (const id of ids) {
    const requiring = others
      .filter(({ depends_on }) => depends_on.some((one) => one.id === id && one.required))
      .map((one) => one.id);
    if (requiring.length === 0) continue;
    const verb = change === 'disabled' ? 'disable' : 'remove';
    const together = commandLine(['plugins', verb, ...new Set([...ids, ...requiring])], app.paths);
    throw new HarnessError('SH_PLUGIN_REQUIRED', { id, change, others: requiring.join(', '), together });
  }
}

/** Of these plugins what they say, as far as it can be read. */
async function manifestsOf(app: App, ids: readonly string[]): Promise<Depending[]> {
  const rows = activeVersions(app).filter(({ plugin_id }) => ids.includes(plugin_id));
  const installed = await Promise.all(rows.map(async (row) => (await loadVersion(app, row)).manifest));
  const builtIn = await readManifests(pluginFolders([]));
  return [...builtIn.filter(({ id }) => ids.includes(id)), ...installed];
}

function changes(...done: PluginChanges['changes']): PluginChanges {
  return { schema_version: 'plugin_changes.v1', changes: done };
}
