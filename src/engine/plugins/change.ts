import { commandLine, type Json } from '../../base/index.ts';
import type { App } from '../app.ts';

/** What became of one plugin. */
export interface PluginChange {
  readonly change:
    | 'installed'
    | 'updated'
    | 'repaired'
    | 'unchanged'
    | 'rolled_back'
    | 'enabled'
    | 'disabled'
    | 'removed';
  readonly id: string;
  /** The version that it is about; null where it is about the plugin as such. */
  readonly version: string | null;
  /** The version that runs take from now on; null where there is none. */
  readonly active_version: string | null;
  /** The one that was active before, as long as it is installed. */
  readonly previous_version: string | null;
  readonly enabled: boolean;
  /** What the operator should know. */
  readonly note: string;
}

/** What the commands that change plugins print as JSON. */
export interface PluginChanges {
  readonly schema_version: 'plugin_changes.v1';
  readonly changes: readonly PluginChange[];
}

/** What was changed, with the plugin as it is now. */
export function changeOf(
  { state }: Pick<App, 'state'>,
  change: PluginChange['change'],
  {
    id,
    version,
    note = '',
  }: { readonly id: string; readonly version: string | null; readonly note?: string },
): PluginChange {
  const now = state.plugins.get(id);
  return {
    change,
    id,
    version,
    active_version: now?.active_version ?? null,
    previous_version: now?.previous_version ?? null,
    enabled: now?.enabled ?? change !== 'removed',
    note,
  };
}

/** How to go back to the version that was active before; nothing where there is none. */
export function wayBack({ state, paths }: Pick<App, 'state' | 'paths'>, id: string): string[] {
  const previous = state.plugins.get(id)?.previous_version ?? undefined;
  if (previous === undefined) return [];
  return [`back to ${previous}: ${commandLine(['plugins', 'rollback', id], paths)}`];
}

/** Says in the record of events what one command did to a plugin; inside the transaction of the caller. */
export function pluginEvent(
  { state }: Pick<App, 'state'>,
  kind: string,
  {
    id,
    command,
    ...data
  }: { readonly id: string; readonly command: string } & Readonly<Record<string, Json>>,
): void {
  state.events.append({
    correlation_id: command,
    kind: `plugin.${kind}`,
    subject_kind: 'plugin',
    subject_id: id,
    data,
  });
}
