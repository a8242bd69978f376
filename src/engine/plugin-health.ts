import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError, removeTree } from '../base/index.ts';
import type { Plan, ResolvedConfig } from '../pipeline/index.ts';
import { askHealth, type Inspection, type LoadedPlugin, type PluginType } from '../plugin-host/index.ts';
import type { Appdata } from './app.ts';
import { namedPlugins } from './plugins/run-plugins.ts';

/** Whether a plugin can work on this machine, by its own word. */
export interface PluginHealth {
  readonly id: string;
  readonly version: string;
  /** `unchecked`: its manifest has no health check, so that nothing was executed. */
  readonly health: 'healthy' | 'unhealthy' | 'unchecked';
  /** Why it is unhealthy; else empty. */
  readonly reason: string;
}

/** Asks the plugins with these ids, or all that a run may take. Throws SH_PLUGIN_UNKNOWN, SH_PLUGIN_DISABLED. */
export async function healthOfPlugins(
  app: Appdata | undefined,
  ids: readonly string[],
  folders: readonly string[],
): Promise<PluginHealth[]> {
  return checkHealth(await namedPlugins(app, folders, ids), { osSandbox: 'auto' });
}

/** Asks each plugin in the sandbox; one whose manifest says `health: false` costs no process. */
async function checkHealth(
  plugins: readonly LoadedPlugin[],
  inspection: Omit<Inspection, 'workFolder'>,
): Promise<PluginHealth[]> {
  const workFolder = await mkdtemp(join(tmpdir(), 'stat-harness-health-'));
  try {
    const checked: PluginHealth[] = [];
    for (const plugin of plugins) checked.push(await healthOf(plugin, { ...inspection, workFolder }));
    return checked;
  } finally {
    await removeTree(workFolder);
  }
}

async function healthOf(plugin: LoadedPlugin, inspection: Inspection): Promise<PluginHealth> {
  const { id, version, health } = plugin.manifest;
  if (!health) return { id, version, health: 'unchecked', reason: '' };
  const asked = await askHealth(plugin, inspection);
  return asked.ok
    ? { id, version, health: 'healthy', reason: '' }
    : { id, version, health: 'unhealthy', reason: asked.reason };
}

/**
 * The plugins of a plan that are unhealthy, with the reason, where the operator runs them all the same. Otherwise
 * throws SH_PLUGIN_UNHEALTHY for the first one. They are asked under the limits of the run's policy.
 */
export async function refuseUnhealthy(
  plan: Plan,
  { policy }: Pick<ResolvedConfig, 'policy'>,
  { osSandbox, ignore }: { readonly osSandbox: 'auto' | 'off'; readonly ignore: boolean },
): Promise<ReadonlyMap<string, string>> {
  const asked = plan.runnable.map(({ plugin }) => plugin).filter(({ manifest }) => manifest.health);
  if (asked.length === 0) return new Map();
  const ceilings = (type: PluginType) => policy.profiles[type].limits;
  const checked = await checkHealth(asked, { osSandbox, ceilings });
  const unhealthy = checked.filter(({ health }) => health === 'unhealthy');
  const [first] = unhealthy;
  if (first !== undefined && !ignore)
    throw new HarnessError('SH_PLUGIN_UNHEALTHY', { id: first.id, reason: first.reason });
  return new Map(unhealthy.map(({ id, reason }) => [id, reason]));
}
