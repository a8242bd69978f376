import type { Limits } from '../contract/index.ts';
import { executePlugin } from './execute-plugin.ts';
import type { LoadedPlugin } from './load-plugins.ts';
import { ceilingsFor, effectiveLimits, type PluginType } from './profiles.ts';

const MOST_SECONDS = 60;

/** Where and how a plugin is looked at. */
export interface Inspection {
  /** Made if it is missing; what is put there is gone at the end. */
  readonly workFolder: string;
  readonly osSandbox: 'auto' | 'off';
  /** The operator's, where a run asks; else the defaults. */
  readonly ceilings?: (type: PluginType) => Limits;
  readonly onLog?: (line: string) => void;
}

/** What a plugin was found to be, in the sandbox and with no data; `functions` are those that it has. */
export type Inspected =
  | { readonly ok: true; readonly functions: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Loads a plugin in the sandbox as an execution does, and stops there. */
export function tryLoading(plugin: LoadedPlugin, inspection: Inspection): Promise<Inspected> {
  return inspect(plugin, 'load', inspection);
}

/** Asks a plugin, in the sandbox, whether it can work on this machine. One without `health` can. */
export function askHealth(plugin: LoadedPlugin, inspection: Inspection): Promise<Inspected> {
  return inspect(plugin, 'health', inspection);
}

async function inspect(
  plugin: LoadedPlugin,
  task: 'load' | 'health',
  { workFolder, osSandbox, ceilings = ceilingsFor, onLog = () => undefined }: Inspection,
): Promise<Inspected> {
  const end = await executePlugin({
    plugin,
    task,
    start: NO_TABLE,
    door: NO_DATA,
    workFolder,
    limits: limitsOf(plugin, ceilings),
    osSandbox,
    networkHosts: [],
    onLog,
    onProgress: () => undefined,
  });
  return end.status === 'ok' ? { ok: true, functions: end.output.notes } : { ok: false, reason: end.reason };
}

/** Somebody waits for it: a plugin that may compute for an hour may not take as long to load. */
function limitsOf({ manifest }: LoadedPlugin, ceilings: (type: PluginType) => Limits): Limits {
  const limits = effectiveLimits(manifest.limits, ceilings(manifest.type));
  return { ...limits, wall_s: Math.min(limits.wall_s, MOST_SECONDS) };
}

export const NO_TABLE = {
  schema: [],
  roles: [],
  settings: {},
  coverage: { kind: 'FULL', rows: 0, of_rows: 0, rejected_rows: 0 },
  rowCount: 0,
  chunks: [],
  seed: null,
  upstream: {},
} as const;

const refused = () => Promise.reject(new Error('there is no data to ask for'));

const NO_DATA = {
  query: refused,
  exact: refused,
  derive: refused,
  // biome-ignore lint/correctness/useYield: it ends before its first batch
  batches: async function* () {
    throw new Error('there is no data to ask for');
  },
  chunkQuery: refused,
  chunkExact: refused,
  chunkState: refused,
  saveChunkState: refused,
};
