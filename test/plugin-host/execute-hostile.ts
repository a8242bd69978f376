import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../../src/base/index.ts';
import { check, type Limits, PluginManifest } from '../../src/contract/index.ts';
// The effects of executePlugin are not part of the folder's interface: only tests take hygiene away.
import { executePlugin } from '../../src/plugin-host/execute-plugin.ts';
import {
  ceilingsFor,
  type DataDoor,
  type ExecutionEnd,
  type ExecutionRequest,
  type LoadedPlugin,
} from '../../src/plugin-host/index.ts';
import { NO_TABLE } from '../../src/plugin-host/inspect-plugin.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/plugins');

export interface HostileOptions {
  readonly settings?: Record<string, unknown>;
  readonly osSandbox?: 'auto' | 'off';
  readonly networkHosts?: readonly string[];
  readonly bareGlobals?: boolean;
  readonly limits?: Partial<Limits>;
  readonly start?: Partial<ExecutionRequest['start']>;
  readonly door?: Partial<DataDoor>;
  readonly manifest?: Partial<PluginManifest>;
  readonly signal?: AbortSignal;
  readonly code?: string;
  readonly onProvisional?: ExecutionRequest['onProvisional'];
}

export interface HostileEnd {
  readonly end: ExecutionEnd;
  readonly log: readonly string[];
  /** How often it reported progress. */
  readonly progress: number;
  /** Names of what stayed in the host's own work folder. */
  readonly leftovers: readonly string[];
}

/** Executes a fixture's code as it is, without the bundler that would refuse most of it. */
export async function executeHostile(name: string, options: HostileOptions = {}): Promise<HostileEnd> {
  const folder = await mkdtemp(join(tmpdir(), 'hostile-'));
  const workFolder = join(folder, 'work, with comma');
  const log: string[] = [];
  let progress = 0;
  try {
    const plugin = await rawPlugin(name, options);
    const end = await executePlugin(
      {
        plugin,
        start: { ...EMPTY_START, settings: options.settings ?? {}, ...options.start },
        door: { ...NO_DATA, ...options.door },
        workFolder,
        limits: { ...ceilingsFor('analysis'), ...plugin.manifest.limits, ...options.limits },
        osSandbox: options.osSandbox ?? 'off',
        networkHosts: options.networkHosts ?? [],
        onLog: (line) => void log.push(line),
        onProgress: () => void progress++,
        ...(options.signal && { signal: options.signal }),
        ...(options.onProvisional && { onProvisional: options.onProvisional }),
      },
      { bareGlobals: options.bareGlobals ?? false },
    );
    return { end, log, progress, leftovers: await readdir(workFolder) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The notes of an execution that ended well. */
export function notesOf({ end, log }: HostileEnd): readonly string[] {
  if (end.status !== 'ok') throw new Error(`${end.status}: ${end.reason}\n${log.join('\n')}`);
  return end.output.notes;
}

/** A manifest that asks for everything a plugin can be granted. */
export async function echoManifest(): Promise<PluginManifest> {
  const checked = check(
    PluginManifest,
    JSON.parse(await readFile(join(FIXTURES, 'echo/plugin.json'), 'utf8')),
  );
  if (!checked.ok) throw new Error('the fixture echo has no valid manifest');
  return checked.value;
}

async function rawPlugin(name: string, { manifest, code }: HostileOptions): Promise<LoadedPlugin> {
  const bundle = code ?? (await readFile(join(FIXTURES, 'hostile', name, 'plugin.mjs'), 'utf8'));
  const hash = sha256(bundle);
  return {
    manifest: { ...(await echoManifest()), ...manifest },
    folder: FIXTURES,
    bundle,
    codeSha256: hash,
    manifestSha256: hash,
    configSchemaSha256: hash,
    outputSchemaSha256: hash,
  };
}

export const EMPTY_START: ExecutionRequest['start'] = { ...NO_TABLE, seed: '42' };

const refused = () => Promise.reject(new Error('there is no data'));

export const NO_DATA: DataDoor = {
  query: refused,
  exact: refused,
  derive: refused,
  // biome-ignore lint/correctness/useYield: it ends before its first batch
  batches: async function* () {
    throw new Error('there is no data');
  },
  chunkQuery: refused,
  chunkExact: refused,
  chunkState: async () => undefined,
  saveChunkState: async () => undefined,
};
