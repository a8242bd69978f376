import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** `--rows`, `--repeats` and `--folder` of a bench on a table that it writes itself. */
export function benchOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '1000000' },
      repeats: { type: 'string', default: '3' },
      folder: { type: 'string', default: join(tmpdir(), 'stat-harness-bench') },
    },
  });
  return values;
}
