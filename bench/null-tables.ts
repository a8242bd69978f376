import { parseArgs } from 'node:util';
import { analyseNullTables } from '../test/planted/null-tables.ts';

/** Allowed of 200: more are less likely than one in a hundred where 5 % of the tables may have a tested finding. */
const MOST_OF_200 = 17;

/** How many of the null tables with the seeds 1 to N have a tested finding: about N/20; of 200 at most 17, or it fails. */
export async function benchNullTables(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { seeds: { type: 'string', default: '200' } } });
  const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => String(i + 1));
  const tables = await analyseNullTables(seeds);
  const withFinding = tables.filter(({ found }) => found.length > 0);
  for (const { seed, found } of withFinding) console.log(`seed ${seed}: ${found.join('; ')}`);
  const tested = tables.reduce((sum, table) => sum + table.tested, 0);
  console.log(
    `${withFinding.length} of ${tables.length} null tables have a tested finding (${tested} hypotheses in all)`,
  );
  if (tables.length === 200 && withFinding.length > MOST_OF_200) {
    throw new Error(`more than ${MOST_OF_200} null tables have a tested finding`);
  }
}
