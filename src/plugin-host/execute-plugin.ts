import { mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDirectory, removeTree, systemClock } from '../base/index.ts';
import type { Capability, Limits, PluginOutput } from '../contract/index.ts';
import type { StartDocument } from '../sdk/index.ts';
import { serveCalls } from './answer-calls.ts';
import { runnerCode } from './bundle-runner.ts';
import { converse } from './converse.ts';
import type { DataDoor } from './data-door.ts';
import type { Failure } from './ending.ts';
import type { Provisional } from './hear-child.ts';
import type { SandboxLayer } from './layers.ts';
import type { LoadedPlugin } from './load-plugins.ts';
import type { Task } from './messages.ts';
import { NO_BUILTINS } from './no-builtins.ts';
import { type ReceivedArtifacts, receiveArtifacts } from './receive-artifacts.ts';
import { sandboxCommand } from './sandbox-command.ts';

export interface ExecutionRequest {
  readonly plugin: LoadedPlugin;
  readonly start: StartDocument;
  /** `analyze` unless told otherwise. */
  readonly task?: Task;
  readonly door: DataDoor;
  /** Made if it is missing; what is put there is gone at the end. */
  readonly workFolder: string;
  readonly limits: Limits;
  /** `auto`: bubblewrap too where it works. */
  readonly osSandbox: 'auto' | 'off';
  /** Each `host` or `host:port` that the plugin may talk to; none where the network was not granted. */
  readonly networkHosts: readonly string[];
  readonly onLog: (line: string) => void;
  readonly onProgress: (done: number, total: number) => void;
  /** Told what it says of the rows so far; its content is the plugin's word. */
  readonly onProvisional?: (said: Provisional) => void;
  /** Called once the sandbox's process is started; it takes a while until it asks for anything. */
  readonly onStarted?: () => void;
  readonly signal?: AbortSignal;
}

/** How an execution ended. `reason` is for people; nothing of it enters a fingerprint. */
export type ExecutionEnd = (
  | {
      readonly status: 'ok';
      readonly output: PluginOutput;
      /** What it handed over; nobody has compared that with what the output announces. */
      readonly artifacts: ReceivedArtifacts;
    }
  | Failure
) & {
  readonly durationMs: number;
  /** Highest resident set of the process tree; null where it can't be watched. */
  readonly peakMemoryBytes: number | null;
  /** Of the sandbox's process: 0 once its output is complete; null where a signal ended it, or none was started. */
  readonly exitCode: number | null;
  readonly sandboxLayers: readonly SandboxLayer[];
  /** What it made use of, as the host saw it; of the network the host sees nothing. Sorted. */
  readonly usedCapabilities: readonly Capability[];
  /** What it tried to use and its manifest does not declare: each time it was refused. */
  readonly undeclaredCapabilities: readonly Capability[];
};

/**
 * Runs one plugin in one sandboxed child, from its start document to its output. Whatever the plugin does is an end,
 * never an exception; it throws SH_SANDBOX_UNAVAILABLE where there is no sandbox.
 */
export async function executePlugin(
  request: ExecutionRequest,
  effects: { readonly bareGlobals: boolean } = { bareGlobals: false },
): Promise<ExecutionEnd> {
  const { plugin } = request;
  const started = systemClock.monotonicMs();
  await ensureDirectory(request.workFolder);
  const work = await realpath(await mkdtemp(join(request.workFolder, 'execution-')));
  const { capabilities_required: capabilities } = plugin.manifest;
  const server = serveCalls(request.door, capabilities, request.start.chunks.length);
  const artifacts = receiveArtifacts(capabilities);
  try {
    await writeFile(join(work, 'runner.mjs'), await runnerCode());
    await writeFile(join(work, 'plugin.mjs'), plugin.bundle);
    await writeFile(join(work, 'imports.json'), NO_BUILTINS);
    const command = await sandboxCommand(work, {
      limits: request.limits,
      osSandbox: request.osSandbox,
      networkHosts: request.networkHosts,
      bareGlobals: effects.bareGlobals,
    });
    const { onProvisional = () => undefined, signal } = request;
    const conversation = { ...request, command, server, artifacts, onProvisional, signal };
    const { verdict, peakMemoryBytes, exitCode } = await converse(conversation);
    const durationMs = Math.round(systemClock.monotonicMs() - started);
    const wrote: Capability[] = artifacts.received.size > 0 ? ['artifacts.write'] : [];
    const undeclared: Capability[] = [
      ...(artifacts.asksUndeclared() ? (['artifacts.write'] as const) : []),
      ...server.undeclared(),
    ];
    const circumstances = {
      durationMs,
      peakMemoryBytes,
      sandboxLayers: command.layers,
      usedCapabilities: [...wrote, ...server.used()],
      undeclaredCapabilities: undeclared,
    };
    return verdict.status === 'ok'
      ? { ...verdict, artifacts: artifacts.received, ...circumstances, exitCode: 0 }
      : { ...withoutPaths(verdict, work), ...circumstances, exitCode };
  } finally {
    await server.close();
    await removeTree(work);
  }
}

/** Reasons are shown and stored; where this machine keeps its folders is not part of them. */
function withoutPaths<V extends { readonly reason: string }>(verdict: V, code: string): V {
  return { ...verdict, reason: verdict.reason.replaceAll(code, 'code') };
}
