import { type ChildProcess, spawn } from 'node:child_process';
import { messageOf } from '../base/index.ts';
import type { Limits } from '../contract/index.ts';
import type { StartDocument } from '../sdk/index.ts';
import type { CallServer } from './answer-calls.ts';
import { describeExit } from './describe-exit.ts';
import { type Ending, endingOf, type Verdict } from './ending.ts';
import { hearChild, type Provisional } from './hear-child.ts';
import type { Task } from './messages.ts';
import type { ArtifactReceiver } from './receive-artifacts.ts';
import type { SandboxCommand } from './sandbox-command.ts';
import { type Watch, watchResources } from './watch-resources.ts';

export interface Conversation {
  readonly command: SandboxCommand;
  readonly start: StartDocument;
  readonly task?: Task;
  readonly server: CallServer;
  readonly artifacts: ArtifactReceiver;
  readonly limits: Limits;
  readonly onLog: (line: string) => void;
  readonly onProgress: (done: number, total: number) => void;
  readonly onProvisional: (said: Provisional) => void;
  readonly onStarted?: () => void;
  readonly signal: AbortSignal | undefined;
}

/** How a conversation ended; `exitCode` is null where a signal ended the child. */
export interface Conversed {
  readonly verdict: Verdict;
  readonly peakMemoryBytes: number | null;
  readonly exitCode: number | null;
}

/** Starts the child, answers its calls, and ends it at its output, its failure, or the first limit passed. */
export function converse(conversation: Conversation): Promise<Conversed> {
  return new Promise((resolve, reject) => {
    const child = startChild(conversation.command);
    const ending = endingOf(child, conversation.limits);
    const guards = setGuards(child, ending, conversation);
    const lastWords = hearChild(child, ending, conversation);
    child.on('error', (error) => ending.stop('failed', `the sandbox did not start: ${messageOf(error)}`));
    child.on('close', (code, signal) => {
      guards.stop();
      const { verdict, bug } = ending.result();
      if (bug !== undefined) return reject(bug.error);
      resolve({
        verdict: verdict ?? describeExit(code, signal, lastWords(), conversation.limits),
        peakMemoryBytes: guards.peakMemoryBytes(),
        exitCode: code,
      });
    });
    conversation.onStarted?.();
  });
}

function startChild({ command, arguments: options, directory, environment }: SandboxCommand): ChildProcess {
  return spawn(command, options, {
    cwd: directory,
    env: { ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
}

/** Everything that ends a child from outside: what its processes use, wall time, the operator. */
function setGuards(child: ChildProcess, ending: Ending, { limits, signal }: Conversation): Watch {
  const watch = watchResources(child.pid ?? 0, limits, ending.exceed);
  const wall = setTimeout(() => ending.exceed('wall_s'), Math.min(limits.wall_s * 1000, 2 ** 31 - 1));
  const cancel = () => ending.stop('cancelled', 'the run was stopped');
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();
  return {
    peakMemoryBytes: watch.peakMemoryBytes,
    stop: () => {
      watch.stop();
      clearTimeout(wall);
      signal?.removeEventListener('abort', cancel);
    },
  };
}
