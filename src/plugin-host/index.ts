// Finds, checks and bundles plugins, and runs one of them in a sandboxed child.
export { checkModule } from './check-module.ts';
export { type Draws, seededDraws } from './child/seeded-draws.ts';
export {
  incompatibility,
  isVersionRange,
  type KnownBad,
  knownBadReason,
  SHIPPED_KNOWN_BAD,
} from './compatibility.ts';
export type { DataDoor } from './data-door.ts';
export { type ExecutionEnd, type ExecutionRequest, executePlugin } from './execute-plugin.ts';
export { denoVersion } from './find-deno.ts';
export type { Provisional } from './hear-child.ts';
export { askHealth, type Inspected, type Inspection, tryLoading } from './inspect-plugin.ts';
export { assertOsSandbox, type LayerState, layerStates, sandboxLayers } from './layers.ts';
export { type AlteredFile, loadInstalled } from './load-installed.ts';
export { type LoadedPlugin, loadPluginFolder, loadPlugins, readManifests } from './load-plugins.ts';
export { isDeclaredHost } from './network-hosts.ts';
export { capabilitiesFor, ceilingsFor, effectiveLimits, overLimit, type PluginType } from './profiles.ts';
export { readManifest } from './read-manifest.ts';
export { type ArtifactReceiver, receiveArtifacts } from './receive-artifacts.ts';
export { parseUntrusted } from './untrusted-json.ts';
export { SANDBOX_RUNTIME_BYTES } from './watch-resources.ts';
