import { constants } from 'node:os';
import type { PluginManifest } from '../contract/index.ts';
import type { Verdict } from './ending.ts';

/** What it means that a child ended without a word. */
export function describeExit(
  code: number | null,
  signal: NodeJS.Signals | null,
  stderr: string,
  limits: PluginManifest['limits'],
): Verdict {
  // bubblewrap passes on a child's signal as 128 + its number.
  const number = signal === null ? (code ?? 0) - 128 : constants.signals[signal];
  if (number === constants.signals.SIGXCPU) {
    return { status: 'limit_exceeded', reason: `processor time: more than ${limits.cpu_s} s` };
  }
  if (number === constants.signals.SIGXFSZ) {
    return { status: 'limit_exceeded', reason: 'files: nothing may be written' };
  }
  if (/out of memory|heap limit/i.test(stderr) && code !== 0) {
    return { status: 'out_of_memory', reason: `memory: more than ${limits.memory_mb} MB` };
  }
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  const [last = ''] = stderr.trim().split('\n').slice(-1);
  const said = last === '' ? '' : `: ${last.slice(0, 500)}`;
  return { status: 'failed', reason: `it ended without a result (${how})${said}` };
}
