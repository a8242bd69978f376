import { parseArgs } from 'node:util';
import { analyseNullTables, type NullTable } from '../test/planted/null-tables.ts';

/** Allowed of 200: more are less likely than one in a hundred where 5 % of the tables may have a tested finding. */
const MOST_OF_200 = 17;

/**
 * How many of the null tables, or process logs, with the seeds 1 to N have a tested finding: about N/20; of 200 at most 17,
 * or it fails.
 */
export async function benchNullTables(args: string[]): Promise<void> {
  const options = {
    seeds: { type: 'string', default: '200' },
    what: { type: 'string', default: 'table' },
  } as const;
  const { values } = parseArgs({ args, options });
  const kind = values.what;
  if (kind !== 'table' && kind !== 'log') throw new Error('--what is table or log');
  const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => String(i + 1));
  const tables = await analyseNullTables(seeds, kind);
  const withFinding = tables.filter(({ found }) => found.length > 0);
  for (const { seed, found } of withFinding) console.log(`seed ${seed}: ${found.join('; ')}`);
  const sum = (of: (table: NullTable) => number) => tables.reduce((total, table) => total + of(table), 0);
  const tested = sum((table) => table.tested);
  const small = ((100 * sum((table) => table.small)) / tested).toFixed(2);
  console.log(
    `${withFinding.length} of ${tables.length} null ${kind}s have a tested finding (${tested} hypotheses in all, ${small} % of them with p ≤ 5 %)`,
  );
  if (tables.length === 200 && withFinding.length > MOST_OF_200) {
    throw new Error(`more than ${MOST_OF_200} null ${kind}s have a tested finding`);
  }
}
