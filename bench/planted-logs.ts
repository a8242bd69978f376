import { parseArgs } from 'node:util';
import { lookAt, PLANTED_LOGS, recallsOf, toldWrongly } from '../test/planted/planted-logs.ts';
import { RECALL } from '../test/planted/topics.ts';

/**
 * In how many of the planted process logs with the seeds 1 to N each plugin finds what it looks for, at its size and with its
 * target. Fails where it is fewer than nine of ten, or where a trap is named.
 */
export async function benchPlantedLogs(args: string[]): Promise<void> {
  const options = { seeds: { type: 'string', default: '20' }, only: { type: 'string' } } as const;
  const { values } = parseArgs({ args, options });
  const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => String(i + 1));
  const rows = [];
  const wrong: string[] = [];
  for (const [name, log] of Object.entries(PLANTED_LOGS)) {
    if (values.only !== undefined && !name.includes(values.only)) continue;
    const planted = [];
    for (const seed of seeds) planted.push(await lookAt(log, seed));
    for (const { plant, plugin, recall, missed } of recallsOf(planted)) {
      rows.push({ log: name, plant, plugin, recall: recall.toFixed(2) });
      for (const one of missed) console.log(`${plugin} | ${plant} | seed ${one}`);
      if (recall < RECALL) wrong.push(`${plant} is found in too few logs by ${plugin}`);
    }
    wrong.push(...toldWrongly(planted));
  }
  console.table(rows);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}
