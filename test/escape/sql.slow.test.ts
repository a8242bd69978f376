import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashFile } from '../../src/base/index.ts';
import type { Dataset } from '../../src/dataset/index.ts';
import type { DataDoor } from '../../src/plugin-host/index.ts';
import { makeSample, type Sample } from '../dataset/sample.ts';
import { executeHostile, notesOf } from '../plugin-host/execute-hostile.ts';
import type { SqlAttack } from './attack.ts';
import { bubblewrap } from './run-attempts.ts';
import { ENDLESS_SQL, SQL } from './table.ts';

let sample: Sample;
let dataset: Dataset;
let secret = '';
let outside = '';

beforeAll(async () => {
  sample = await makeSample();
  dataset = await sample.open();
  secret = join(sample.folder, 'secret.csv');
  outside = join(sample.folder, 'written.csv');
  await writeFile(secret, 'a,b\n1,2\n');
});
afterAll(async () => {
  await dataset.close();
  await sample.remove();
});

/** The dataset itself, as the pipeline opens it to a plugin. */
function door(): Partial<DataDoor> {
  return {
    query: async (sql, parameters, signal) => ({
      handle: 'q1',
      ...(await dataset.query({ sql, parameters, signal })),
    }),
    derive: (name, sql) => dataset.checkDerived(name, sql, []),
    batches: (columns) => dataset.batches({ columns }),
  };
}

/** Asks each text, and notes the error that came back, or how many rows. */
const ASKS = `export default { async analyze(ctx) {
  for (const sql of ctx.settings.texts) {
    await ctx.query(sql).then(({ rows }) => ctx.note('answered: ' + rows.length), (error) => ctx.note(error.message));
  }
} };`;
const textsOf = (pick: (attack: SqlAttack) => string): string[] =>
  SQL.map((attack) => pick(attack).replaceAll('SECRET', secret).replaceAll('OUTSIDE', outside));
const answersTo = async (texts: readonly string[], osSandbox: 'auto' | 'off' = 'off') =>
  notesOf(await executeHostile('', { door: door(), code: ASKS, settings: { texts }, osSandbox }));

test.for(['off', 'auto'] as const)(
  'each attack by SQL is refused with its reason, and leaves nothing, bubblewrap %s (QA-03)',
  async (osSandbox, { skip }) => {
    skip(osSandbox === 'auto' && bubblewrap === undefined, 'there is no bubblewrap here');
    const files = await Promise.all(sample.parts.map((part) => hashFile(part.parquetPath)));
    const answers = await answersTo(
      textsOf(({ sql }) => sql),
      osSandbox,
    );
    const reasons = SQL.map(({ name, refused }) => [name, expect.stringMatching(refused)]);
    expect(SQL.map(({ name }, at) => [name, answers[at]])).toEqual(reasons);
    expect(
      answers.filter((answer) => !/^(Query (refused|failed)|\d+ characters of SQL)/.test(answer)),
    ).toEqual([]);
    expect(existsSync(outside)).toBe(false);
    expect(await Promise.all(sample.parts.map((part) => hashFile(part.parquetPath)))).toEqual(files);
  },
);

test('a benign query that looks like each attack is answered, after all of them', async () => {
  const answers = await answersTo(textsOf(({ twin }) => twin));
  expect(SQL.map(({ name }, at) => [name, answers[at]])).toEqual(
    SQL.map(({ name }) => [name, expect.stringMatching(/^answered: [1-9]/)]),
  );
});

test('a derived column reads no file either', async () => {
  const code = `export default { async analyze(ctx) {
    await ctx.derive('stolen', "(SELECT content FROM read_text('" + ctx.settings.secret + "'))").catch((e) => ctx.note(e.message));
    await ctx.derive('fair', 'id + 1').then(() => ctx.note('derived'));
  } };`;
  const notes = notesOf(await executeHostile('', { door: door(), code, settings: { secret } }));
  expect(notes).toEqual([expect.stringMatching(/Query refused/), 'derived']);
});

/** The host is free again within this many seconds of processor after the end of an execution. */
const FREE_SECONDS = 5;
/** DuckDB's share in these tests, and what a query may take beside it. */
const MOST_GROWN_BYTES = 2_000_000_000;

/** Watches this process, where DuckDB runs: how far its memory grew, and what it computes on. */
function watchHost() {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  return {
    grownBytes: () => most - before,
    /** Seconds of processor until this process does nothing. */
    async whenIdle(): Promise<number> {
      let seconds = 0;
      for (let step = 1; step > 0.05 && seconds < FREE_SECONDS; seconds += step) {
        const start = process.cpuUsage();
        await setTimeout(200);
        const { user, system } = process.cpuUsage(start);
        step = (user + system) / 1e6;
      }
      clearInterval(timer);
      return seconds;
    },
  };
}

test.each(ENDLESS_SQL)(
  'a query that would take for ever ends with its execution, and the next is answered: $name',
  async ({ sql, ends }) => {
    const code = `export default { async analyze(ctx) { await ctx.query(ctx.settings.sql); } };`;
    const watched = watchHost();
    const { end } = await executeHostile('', {
      door: door(),
      code,
      settings: { sql },
      limits: { wall_s: ends.status === 'failed' ? 60 : 1 },
    });
    expect(end).toMatchObject(ends);
    expect(await watched.whenIdle()).toBeLessThan(FREE_SECONDS);
    expect(watched.grownBytes()).toBeLessThan(MOST_GROWN_BYTES);
    expect(await answersTo(['SELECT count(*) AS n FROM data'])).toEqual(['answered: 1']);
  },
);

test('what is no escape passes: rows of the dataset arrive in the sandbox, by query and by batches', async () => {
  const code = `export default { async analyze(ctx) {
    const counted = await ctx.query('SELECT count(*) AS n FROM data WHERE id < CAST($1 AS BIGINT)', [10]);
    let rows = 0;
    for await (const batch of ctx.batches({ columns: ['id', 't', 'd'] })) rows += batch.rows;
    ctx.note(counted.text(0, 'n') + ' ' + rows);
  } };`;
  const expected = await dataset.query({ sql: 'SELECT count(*) AS n FROM data WHERE id < 10' });
  const notes = notesOf(await executeHostile('', { door: door(), code }));
  expect(notes).toEqual([`${expected.rows[0]?.[0]} ${dataset.rowCount}`]);
});
