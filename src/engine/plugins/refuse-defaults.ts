import { HarnessError } from '../../base/index.ts';
import { type PluginManifest, unfitDefaults } from '../../contract/index.ts';

/** A plugin whose own defaults do not fit could never run as it is. Throws SH_PLUGIN_DEFAULTS_UNFIT. */
export function refuseUnfitDefaults({ id, config_schema }: PluginManifest): void {
  const problems = unfitDefaults(config_schema);
  if (problems === undefined) return;
  const advice = 'Nothing was kept. Its author has to change its config_schema or its defaults.';
  throw new HarnessError('SH_PLUGIN_DEFAULTS_UNFIT', { id, problems, advice });
}
