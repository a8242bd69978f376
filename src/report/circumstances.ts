import type { ArtifactContent, PluginOrigin } from '../contract/index.ts';

/** What the readable reports say about the run beside its content: nothing that a rerun would change. */
export interface Circumstances {
  readonly run_fingerprint: string;
  readonly engine_version: string;
  /** By plugin id; one that has no entry came with the engine and handed over no file. */
  readonly plugins: Readonly<Record<string, PluginCircumstances>>;
  /** Ids of the plugins that the operator had taken out of all runs. */
  readonly disabled: readonly string[];
}

export interface PluginCircumstances {
  readonly origin?: PluginOrigin;
  /** What it handed over, as it lies in `artifacts/ID/`. */
  readonly files: readonly Pick<ArtifactContent, 'path' | 'bytes' | 'title'>[];
}

/** Whose code it is, where it did not come with the engine; empty otherwise. */
export function originWords(id: string, { plugins }: Circumstances): string {
  const { from = 'built-in', bundle_sha256 } = plugins[id]?.origin ?? {};
  if (from === 'built-in') return '';
  return from === 'folder'
    ? 'from a folder named for this run'
    : `installed from the bundle ${bundle_sha256}`;
}

/** What is missing because it is disabled, as a sentence; empty where nothing is. */
export function disabledWords({ disabled }: Circumstances): string {
  if (disabled.length === 0) return '';
  return `Disabled by the operator, and so not part of this run: ${disabled.join(', ')}.`;
}
