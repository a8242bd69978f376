// Asks DuckDB, as the program opens it, for medians, whose values it does not count; tells what is kept of them in the end.
import { tmpdir } from 'node:os';
import { newDuckDb } from '../../../src/dataset/new-duckdb.ts';

const GIVE_BACK = new URL('../../../bin/give-back.mjs', import.meta.url).href;
const { giveBackWhatIsFreed } = (await import(GIVE_BACK)) as { giveBackWhatIsFreed: () => void };
giveBackWhatIsFreed();

const instance = await newDuckDb({ memoryBytes: 64e6, threads: 2, spill: tmpdir() });
const connection = await instance.connect();
const ask = async (sql: string) => void (await connection.runAndReadAll(sql));
await ask('SELECT count(*) FROM range(2500000)');
const before = process.memoryUsage.rss();
for (const seed of [1, 2, 3, 4]) {
  await ask(`SELECT median(hash(range + ${seed})) FROM range(2500000)`);
  await ask(`SELECT sum(m) FROM (SELECT median(hash(range)) AS m FROM range(1000000) GROUP BY range % 5000)`);
}
// Counted memory, in whose way the uncounted would be.
await ask('SELECT count(*) FROM (SELECT DISTINCT range FROM range(400000))');
await new Promise((resolve) => setTimeout(resolve, 300));
process.stdout.write(String(process.memoryUsage.rss() - before));
