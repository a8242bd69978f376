import type { ConfigSource } from '../../contract/index.ts';
import { type Profile, resolveConfig } from '../../pipeline/index.ts';
import type { PluginType } from '../../plugin-host/index.ts';
import type { App } from '../app.ts';
import { runPlugins } from './run-plugins.ts';

/** What the plugins of each type may use without an approval, and how much of the machine, with where each value is from. */
export interface ProfilesInForce {
  readonly profiles: Readonly<Record<PluginType, Profile>>;
  /** Key path → config or default. */
  readonly sources: Readonly<Record<string, ConfigSource>>;
}

/** The profiles with the policy of a configuration laid over them, as a run with it would have them. Throws SH_CONFIG_INVALID. */
export async function profilesInForce(
  app: App | undefined,
  file: { readonly path: string; readonly content: unknown } | undefined,
  folders: readonly string[],
): Promise<ProfilesInForce> {
  const { policy, sources } = resolveConfig({
    flags: { plugins: [] },
    ...(file && { file }),
    plugins: await runPlugins(app, folders, { needed: [] }),
    defaults: { dataset: '', workers: 1 },
  });
  const ofProfiles = Object.entries(sources).filter(([key]) => key.startsWith('policy.profiles.'));
  return { profiles: policy.profiles, sources: Object.fromEntries(ofProfiles) };
}
