import { commandLine, failPoint, HarnessError, messageOf, nearest, randomId } from '../../base/index.ts';
import type { PluginManifest } from '../../contract/index.ts';
import { readManifests } from '../../plugin-host/index.ts';
import type { PluginVersion } from '../../state/index.ts';
import type { App } from '../app.ts';
import { pluginFolders } from '../built-in-plugins.ts';
import { builtInIds } from './built-in.ts';
import { changeOf, type PluginChanges, pluginEvent } from './change.ts';
import { activeVersions, installedText, loadVersion } from './installed.ts';
import { takeAway, whilePlacing } from './place-plugin.ts';

/**
 * Makes another installed version the active one: the one that was active before, or the one that is named; that its files
 * are whole is seen first. Throws SH_PLUGIN_NOT_INSTALLED, SH_PLUGIN_NO_VERSION, SH_PLUGIN_BUILT_IN, SH_PLUGIN_ALTERED.
 */
export async function rollBackPlugin(app: App, id: string, to: string | undefined): Promise<PluginChanges> {
  await refuseUnlessInstalled(app, id, 'there is one version of it');
  const { plugins } = app.state;
  const version = to ?? plugins.get(id)?.previous_version ?? undefined;
  const installed = installedText(app, id);
  if (version === undefined) throw new HarnessError('SH_PLUGIN_NO_VERSION', { id, installed });
  const row = plugins.version(id, version);
  if (row === undefined) throw new HarnessError('SH_PLUGIN_NOT_INSTALLED', { id, version, installed });
  await loadVersion(app, row);
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
    return changes(changeOf(app, 'rolled_back', { id, version }));
  });
}

/** Lets a plugin run, or not: then it is in no plan and never executed. Throws SH_PLUGIN_UNKNOWN, SH_PLUGIN_REQUIRED. */
export async function setPluginEnabled(app: App, id: string, enabled: boolean): Promise<PluginChanges> {
  const builtIn = await readManifests(pluginFolders([]));
  const known = [
    ...builtIn.map((manifest) => manifest.id),
    ...app.state.plugins.list().map(({ plugin_id }) => plugin_id),
  ];
  if (!known.includes(id))
    throw new HarnessError('SH_PLUGIN_UNKNOWN', { id, nearest: nearest(id, known) ?? '' });
  const change = enabled ? 'enabled' : 'disabled';
  const everything = enabled ? [] : [...builtIn, ...(await readable(app))];
  return app.state.transaction(() => {
    const now = app.state.plugins.get(id);
    if ((now?.enabled ?? true) === enabled)
      return changes({ ...changeOf(app, 'unchanged', { id, version: null }), enabled });
    const isEnabled = (manifest: PluginManifest): boolean =>
      app.state.plugins.get(manifest.id)?.enabled ?? true;
    refuseRequired(id, 'disabled', everything.filter(isEnabled));
    app.state.plugins.setEnabled(id, enabled);
    pluginEvent(app, change, { id, command: randomId(), version: now?.active_version ?? null });
    return changes(changeOf(app, change, { id, version: null }));
  });
}

/**
 * Removes a version of an installed plugin, or all of it: the records first, then the files, so that dying between the two
 * leaves only files, which the next start removes. Throws SH_PLUGIN_NOT_INSTALLED, SH_PLUGIN_BUILT_IN, SH_PLUGIN_ACTIVE,
 * SH_PLUGIN_REQUIRED.
 */
export async function removePlugin(
  app: App,
  id: string,
  version: string | undefined,
): Promise<PluginChanges> {
  await refuseUnlessInstalled(app, id, 'can not be removed');
  const { plugins } = app.state;
  const wanted = plugins.versions(id).filter((row) => version === undefined || row.version === version);
  if (wanted.length === 0)
    throw new HarnessError('SH_PLUGIN_NOT_INSTALLED', {
      ...{ id, version: version ?? '', installed: installedText(app, id) },
    });
  const others = await readable(app);
  if (version === undefined) refuseRequired(id, 'removed', others);
  const command = randomId();
  const done: PluginChanges['changes'][number][] = [];
  // The active one last: until then there is one that counts.
  const active = plugins.get(id)?.active_version;
  for (const row of wanted.toSorted((a, b) => Number(a.version === active) - Number(b.version === active))) {
    const note = await whilePlacing(app, { id, version: row.version }, async () => {
      app.state.transaction(() => {
        forget(app, id, row.version, others);
        const { code_sha256 } = row;
        pluginEvent(app, 'removed', { id, command, version: row.version, code_sha256 });
      });
      failPoint('plugin.forgotten', id);
      const kept = [await takeFilesAway(app, id, row.version), approvalsKept(app, row)];
      return kept.filter((sentence) => sentence !== '').join('; ');
    });
    done.push(changeOf(app, 'removed', { id, version: row.version, note }));
  }
  return changes(...done);
}

function forget(app: App, id: string, version: string, others: readonly PluginManifest[]): void {
  const { plugins } = app.state;
  const now = plugins.get(id);
  const rest = plugins.versions(id).filter((row) => row.version !== version);
  if (rest.length === 0) {
    refuseRequired(id, 'removed', others);
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
  const ids = app.state.plugins.list().map(({ plugin_id }) => plugin_id);
  throw new HarnessError('SH_PLUGIN_NOT_INSTALLED', { id, version: '', installed: ids.join(', ') });
}

function refuseRequired(id: string, change: string, others: readonly PluginManifest[]): void {
  const requiring = others.filter((manifest) =>
    manifest.depends_on.some((dependency) => dependency.id === id && dependency.required),
  );
  if (requiring.length === 0) return;
  const names = requiring.map((manifest) => manifest.id).join(', ');
  throw new HarnessError('SH_PLUGIN_REQUIRED', { id, change, others: names });
}

/** The manifests of the active versions that can be loaded; one that is damaged does not keep others from being changed. */
async function readable(app: App): Promise<PluginManifest[]> {
  const loaded = await Promise.all(
    activeVersions(app).map((row) =>
      loadVersion(app, row).catch((error: unknown) => {
        if (error instanceof HarnessError) return undefined;
        throw error;
      }),
    ),
  );
  return loaded.flatMap((plugin) => plugin?.manifest ?? []);
}

function changes(...done: PluginChanges['changes']): PluginChanges {
  return { schema_version: 'plugin_changes.v1', changes: done };
}
