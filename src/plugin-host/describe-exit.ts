import { constants } from 'node:os';
import type { Limits } from '../contract/index.ts';
import { exceeded, type Failure } from './ending.ts';
import { inOwnWords } from './own-words.ts';

/** How the runtime begins what it says of an error; an excerpt of the code and a stack follow. */
const ERROR = /^error: /;
/** A line of a stack, which says where and not what. */
const PLACE = /^\s+at /;

/** What it means that a child ended without a word. */
export function describeExit(
  code: number | null,
  signal: NodeJS.Signals | null,
  stderr: string,
  limits: Limits,
): Failure {
  // bubblewrap passes on a child's signal as 128 + its number.
  const number = signal === null ? (code ?? 0) - 128 : constants.signals[signal];
  if (number === constants.signals.SIGXCPU) return exceeded('cpu_s', limits);
  if (number === constants.signals.SIGXFSZ) return exceeded('disk_mb', limits);
  if (/out of memory|heap limit/i.test(stderr) && code !== 0) return exceeded('memory_mb', limits);
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !PLACE.test(line));
  const last = (lines.findLast((line) => ERROR.test(line)) ?? lines.at(-1) ?? '').trim();
  const said = last === '' ? '' : `: ${inOwnWords(last.slice(0, 500))}`;
  return { status: 'failed', reason: `it ended without a result (${how})${said}` };
}
