import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDirectory, namesIn, removeTree, systemClock } from '../base/index.ts';
import type { Capability, PluginManifest, PluginOutput } from '../contract/index.ts';
import type { StartDocument } from '../sdk/index.ts';
import { serveCalls } from './answer-calls.ts';
import { runnerCode } from './bundle-runner.ts';
import { converse } from './converse.ts';
import type { DataDoor } from './data-door.ts';
import type { FailedStatus, Verdict } from './ending.ts';
import { findIrregular } from './find-irregular.ts';
import type { LoadedPlugin } from './load-plugins.ts';
import { type SandboxFolders, type SandboxLayer, sandboxCommand } from './sandbox-command.ts';

export interface ExecutionRequest {
  readonly plugin: LoadedPlugin;
  readonly start: StartDocument;
  readonly door: DataDoor;
  /** An existing folder that the plugin may read and write; artifacts stay in it. */
  readonly scratch: string;
  /** Made if it is missing; what is put there is gone at the end. */
  readonly workFolder: string;
  readonly limits: PluginManifest['limits'];
  /** `auto`: bubblewrap too where it works. */
  readonly osSandbox: 'auto' | 'off';
  /** Each `host` or `host:port` that the plugin may talk to; none where the network was not granted. */
  readonly networkHosts: readonly string[];
  readonly onLog: (line: string) => void;
  readonly onProgress: (done: number, total: number) => void;
  /** Called once the sandbox's process is started; it takes a while until it asks for anything. */
  readonly onStarted?: () => void;
  readonly signal?: AbortSignal;
}

/** How an execution ended. `reason` is for people; nothing of it enters a fingerprint. */
export type ExecutionEnd = (
  | { readonly status: 'ok'; readonly output: PluginOutput }
  | { readonly status: FailedStatus; readonly reason: string }
) & {
  readonly durationMs: number;
  /** Highest resident set of the process tree; null where it can't be watched. */
  readonly peakMemoryBytes: number | null;
  /** Of the sandbox's process: 0 once its output is complete; null where a signal ended it, or none was started. */
  readonly exitCode: number | null;
  readonly sandboxLayers: readonly SandboxLayer[];
  /** What it made use of, as the host saw it; of the network the host sees nothing. Sorted. */
  readonly usedCapabilities: readonly Capability[];
};

/**
 * Runs one plugin in one sandboxed child, from its start document to its output. Whatever the plugin does is an end,
 * never an exception; it throws SH_SANDBOX_UNAVAILABLE where there is no sandbox.
 */
export async function executePlugin(
  request: ExecutionRequest,
  effects: { readonly bareGlobals: boolean } = { bareGlobals: false },
): Promise<ExecutionEnd> {
  const { plugin, limits } = request;
  const started = systemClock.monotonicMs();
  await ensureDirectory(request.workFolder);
  const work = await realpath(await mkdtemp(join(request.workFolder, 'execution-')));
  const server = serveCalls(request.door, plugin.manifest.capabilities_required, request.start.chunks.length);
  try {
    const folders = await prepareFolders(work, request);
    const command = await sandboxCommand(folders, {
      memoryMb: limits.memory_mb,
      cpuSeconds: limits.cpu_s,
      mayWrite: plugin.manifest.capabilities_required.includes('artifacts.write'),
      osSandbox: request.osSandbox,
      networkHosts: request.networkHosts,
      bareGlobals: effects.bareGlobals,
    });
    const irregular = await findIrregular(folders.scratch);
    const { verdict, peakMemoryBytes, exitCode } =
      irregular === undefined
        ? await converse({ ...request, command, server, signal: request.signal })
        : { verdict: notPlain('before'), peakMemoryBytes: null, exitCode: null };
    const end = await checkScratch(withoutPaths(verdict, folders), folders.scratch);
    const durationMs = Math.round(systemClock.monotonicMs() - started);
    const ended = end.status === 'ok' ? 0 : exitCode;
    const wrote: Capability[] = (await namesIn(folders.scratch)).length > 0 ? ['artifacts.write'] : [];
    return {
      ...end,
      durationMs,
      peakMemoryBytes,
      exitCode: ended,
      sandboxLayers: command.layers,
      usedCapabilities: [...wrote, ...server.used()],
    };
  } finally {
    await server.close();
    await removeTree(work);
  }
}

async function prepareFolders(work: string, { plugin, scratch }: ExecutionRequest): Promise<SandboxFolders> {
  const code = join(work, 'code');
  const denoDir = join(work, 'deno');
  await mkdir(code);
  await mkdir(denoDir);
  await writeFile(join(code, 'runner.mjs'), await runnerCode());
  await writeFile(join(code, 'plugin.mjs'), plugin.bundle);
  return { code, denoDir, scratch: await realpath(scratch) };
}

async function checkScratch(verdict: Verdict, scratch: string): Promise<Verdict> {
  return verdict.status === 'ok' && (await findIrregular(scratch)) !== undefined
    ? notPlain('after')
    : verdict;
}

function notPlain(when: 'before' | 'after'): Verdict {
  const status = when === 'before' ? 'failed' : 'invalid_output';
  return { status, reason: `scratch holds something that is no plain file (${when} the execution)` };
}

/** Reasons are shown and stored; where this machine keeps its folders is not part of them. */
function withoutPaths(verdict: Verdict, { code, scratch }: SandboxFolders): Verdict {
  if (verdict.status === 'ok') return verdict;
  const reason = verdict.reason.replaceAll(scratch, 'scratch').replaceAll(code, 'code');
  return { ...verdict, reason };
}
