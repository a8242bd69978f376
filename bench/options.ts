import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const DEFAULT_FOLDER = join(tmpdir(), 'stat-harness-bench');

/** Of a bench on a table that it writes itself. */
export const BENCH_OPTIONS = {
  rows: { type: 'string', default: '1000000' },
  repeats: { type: 'string', default: '3' },
  folder: { type: 'string', default: DEFAULT_FOLDER },
} as const;

/** `--rows`, `--repeats` and `--folder`, and nothing else. */
export function benchOptions(args: readonly string[]) {
  return parseArgs({ args: [...args], options: BENCH_OPTIONS }).values;
}
