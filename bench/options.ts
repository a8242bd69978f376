import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const DEFAULT_FOLDER = join(tmpdir(), 'stat-harness-bench');

/** `--rows`, `--repeats` and `--folder` of a bench on a table that it writes itself. */
export function benchOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '1000000' },
      repeats: { type: 'string', default: '3' },
      folder: { type: 'string', default: DEFAULT_FOLDER },
    },
  });
  return values;
}
