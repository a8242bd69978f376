import { expect, onTestFinished, test } from 'vitest';
import { HarnessError } from '../../src/base/index.ts';
import { againAlone, sharedOrAlone } from '../../src/dataset/short-of-memory.ts';
import { makePart, openParts, temporaryFolder } from './make-part.ts';

test('work that goes alone waits for what is under way, and holds back what comes after it', async () => {
  const log: string[] = [];
  const turns = sharedOrAlone();
  const work = (name: string) => async () => {
    log.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    log.push(`${name} ends`);
  };
  const first = turns.beside(work('a'));
  await Promise.resolve();
  await Promise.all([first, turns.alone(work('b')), turns.beside(work('c')), turns.alone(work('d'))]);
  expect(log).toEqual([
    'a begins',
    'a ends',
    'b begins',
    'b ends',
    'd begins',
    'd ends',
    'c begins',
    'c ends',
  ]);
});

test('PERF-01 a question that is short of memory beside others is asked again alone; only then it is short', async () => {
  let beside = 0;
  const short = new HarnessError('SH_MEMORY_SHORT', {});
  const ask = async (request: { readonly sql: string }) => {
    beside += 1;
    const crowded = beside > 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    beside -= 1;
    if (request.sql === 'never' || crowded) throw short;
    return { sql: request.sql };
  };
  // only what the wrapper uses of a dataset
  const { query } = againAlone({ query: ask } as unknown as Parameters<typeof againAlone>[0]);
  const asked = await Promise.allSettled(['a', 'b', 'never', 'c'].map((sql) => query({ sql })));
  expect(asked.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
});

test('PERF-01 while a question is asked alone, no batch of an open stream is read; then the stream goes on', async () => {
  const log: string[] = [];
  let asked = 0;
  const query = async () => {
    asked += 1;
    log.push(`asked ${asked}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    log.push(`ended ${asked}`);
    if (asked === 1) throw new HarnessError('SH_MEMORY_SHORT', {});
    return {};
  };
  async function* batches() {
    for (const n of [1, 2, 3]) {
      log.push(`batch ${n}`);
      yield n;
    }
  }
  // only what the wrapper uses of a dataset
  const data = againAlone({ query, batches } as unknown as Parameters<typeof againAlone>[0]);
  const stream = data.batches({ columns: [] })[Symbol.asyncIterator]();
  await stream.next();
  const answer = data.query({ sql: '' });
  while (asked < 2) await new Promise((resolve) => setImmediate(resolve));
  await stream.next();
  await answer;
  expect((await stream.next()).done).toBe(false);
  expect((await stream.next()).done).toBe(true);
  expect(log).toEqual(['batch 1', 'asked 1', 'ended 1', 'asked 2', 'ended 2', 'batch 2', 'batch 3']);
});

test('PERF-01 a question for which DuckDB has too little memory is SH_MEMORY_SHORT, and the next is answered', async () => {
  const folder = await temporaryFolder();
  onTestFinished(folder.remove);
  const spec = { n: 'integer' };
  const part = await makePart(
    folder.path,
    'many',
    spec,
    'SELECT range + 1 AS row_number, range AS n FROM range(300000)',
  );
  const data = await openParts(folder.path, [part], spec, { memoryBytes: 4e6, threads: 1 });
  const sql = 'SELECT count(DISTINCT n) AS d FROM data';
  await expect(data.query({ sql })).rejects.toMatchObject({ code: 'SH_MEMORY_SHORT' });
  expect((await data.query({ sql: 'SELECT count(*) AS n FROM data' })).rows).toEqual([['300000']]);
  await data.close();
});
