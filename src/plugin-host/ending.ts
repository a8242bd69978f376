import type { ChildProcess } from 'node:child_process';
import { redact } from '../base/index.ts';
import type { PluginOutput } from '../contract/index.ts';

export type FailedStatus =
  | 'failed'
  | 'timed_out'
  | 'out_of_memory'
  | 'limit_exceeded'
  | 'invalid_output'
  | 'cancelled';

/** How an execution ended, as the host saw it. */
export type Verdict =
  | { readonly status: 'ok'; readonly output: PluginOutput }
  | { readonly status: FailedStatus; readonly reason: string };

/** The end of one child: the first verdict counts, and kills it. */
export interface Ending {
  readonly settle: (verdict: Verdict) => void;
  readonly stop: (status: FailedStatus, reason: string) => void;
  /** The host itself went wrong: the error comes out where the execution was asked for. */
  readonly crash: (error: unknown) => void;
  readonly isOver: () => boolean;
  readonly result: () => {
    readonly verdict: Verdict | undefined;
    readonly bug: { error: unknown } | undefined;
  };
}

const REASON_LENGTH = 2000;

export function endingOf(child: ChildProcess): Ending {
  let verdict: Verdict | undefined;
  let bug: { error: unknown } | undefined;
  const settle = (first: Verdict) => {
    verdict ??= first;
    killGroup(child);
  };
  return {
    settle,
    // What is cut off can't be recognised any more: secrets go first.
    stop: (status, reason) => settle({ status, reason: shortened(redact(reason)) }),
    crash: (error) => {
      bug ??= { error };
      killGroup(child);
    },
    isOver: () => verdict !== undefined || bug !== undefined,
    result: () => ({ verdict, bug }),
  };
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
