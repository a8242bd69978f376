import type { ChildProcess } from 'node:child_process';
import { redact } from '../base/index.ts';
import type { LimitName, Limits, PluginOutput } from '../contract/index.ts';
import { inOwnWords } from './own-words.ts';
import { overLimit } from './profiles.ts';

export type FailedStatus =
  | 'failed'
  | 'timed_out'
  | 'out_of_memory'
  | 'limit_exceeded'
  | 'invalid_output'
  | 'cancelled';

/** How an execution ended, as the host saw it. */
export type Verdict = { readonly status: 'ok'; readonly output: PluginOutput } | Failure;

/** `limit` is the one that ended it, if any did. */
export interface Failure {
  readonly status: FailedStatus;
  readonly reason: string;
  readonly limit?: LimitName;
}

/** The end of one child: the first verdict counts, and kills it. */
export interface Ending {
  readonly settle: (verdict: Verdict) => void;
  readonly stop: (status: FailedStatus, reason: string) => void;
  /** A limit was passed; `what` says more exactly what of it. */
  readonly exceed: (limit: LimitName, what?: string) => void;
  /** The host itself went wrong: the error comes out where the execution was asked for. */
  readonly crash: (error: unknown) => void;
  readonly isOver: () => boolean;
  readonly result: () => {
    readonly verdict: Verdict | undefined;
    readonly bug: { error: unknown } | undefined;
  };
}

const REASON_LENGTH = 2000;
const STATUS_OF: Partial<Record<LimitName, FailedStatus>> = {
  wall_s: 'timed_out',
  memory_mb: 'out_of_memory',
};

export function endingOf(child: ChildProcess, limits: Limits): Ending {
  let verdict: Verdict | undefined;
  let bug: { error: unknown } | undefined;
  const settle = (first: Verdict) => {
    verdict ??= first;
    killGroup(child);
  };
  return {
    settle,
    // What is cut off can't be recognised any more: secrets go first.
    stop: (status, reason) => settle({ status, reason: shortened(redact(inOwnWords(reason))) }),
    exceed: (limit, what) => settle(exceeded(limit, limits, what)),
    crash: (error) => {
      bug ??= { error };
      killGroup(child);
    },
    isOver: () => verdict !== undefined || bug !== undefined,
    result: () => ({ verdict, bug }),
  };
}

/** How an execution ends that passed a limit. */
export function exceeded(limit: LimitName, limits: Limits, what?: string): Failure {
  return { status: STATUS_OF[limit] ?? 'limit_exceeded', limit, reason: overLimit(limit, limits, what) };
}

/** Ends the child and everything it started, at once. */
function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

/** Text that fits a line of a report. */
export function shortened(reason: string): string {
  return reason.length <= REASON_LENGTH ? reason : `${reason.slice(0, REASON_LENGTH)}…`;
}
