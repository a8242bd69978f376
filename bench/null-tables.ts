import { parseArgs } from 'node:util';
import { analyseNullTables, NULL_KINDS, type NullTable } from '../test/planted/null-tables.ts';

/** Allowed of so many: more are about as likely as one in a hundred where 5 % of the tables may have a tested finding. */
const MOST_OF = new Map([
  [40, 6],
  [200, 17],
]);

/**
 * How many of the null tables, or process logs of one kind, with the seeds 1 to N have a tested finding: about N/20; of 40
 * at most 6 and of 200 at most 17, or it fails.
 */
export async function benchNullTables(args: string[]): Promise<void> {
  const options = {
    seeds: { type: 'string', default: '200' },
    what: { type: 'string', default: 'table' },
  } as const;
  const { values } = parseArgs({ args, options });
  const kind = values.what;
  if (!NULL_KINDS.has(kind)) throw new Error(`--what is one of ${[...NULL_KINDS.keys()].join(', ')}`);
  const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => String(i + 1));
  const tables = await analyseNullTables(seeds, kind);
  const withFinding = tables.filter(({ found }) => found.length > 0);
  for (const { seed, found } of withFinding) console.log(`seed ${seed}: ${found.join('; ')}`);
  const sum = (of: (table: NullTable) => number) => tables.reduce((total, table) => total + of(table), 0);
  const tested = sum((table) => table.tested);
  const small = ((100 * sum((table) => table.small)) / tested).toFixed(2);
  console.log(
    `${withFinding.length} of ${tables.length} null tables (${kind}) have a tested finding (${tested} hypotheses in all, ${small} % of them with p ≤ 5 %)`,
  );
  const most = MOST_OF.get(tables.length);
  if (most !== undefined && withFinding.length > most) {
    throw new Error(`more than ${most} of ${tables.length} null tables (${kind}) have a tested finding`);
  }
}
