import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { say } from '../run/say.ts';
import { type FinishedRun, finishedRun, run } from './finished-run.ts';

const DAY = 86_400_000;
let made: FinishedRun;
/** Another run, in the trash. */
let deleted: string;
let began: number;

beforeAll(async () => {
  made = await finishedRun();
  deleted = (await run(made.app, made.table)).run_id;
  await command('runs', 'delete', deleted);
  began = Date.now();
});
afterEach(() => void vi.useRealTimers());
afterAll(() => made.close());

/** From here on the clock of the machine is ahead by so many days. */
function jump(days: number): void {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(began + days * DAY);
}

const command = (...args: readonly string[]) => say([...args, '--appdata', made.app.paths.root]);
const OLD_GO = ['retention', '--keep', '0', '--max-age-days', '60'];
const listed = () => made.app.state.runs.list().map(({ run_id }) => run_id);

test('whoever says that the clock is right gets what the policy says; and one month without an event is no jump', async () => {
  jump(29);
  expect((await command('gc', '--dry-run')).out).not.toContain('The clock says');
  jump(70);
  const doubted = await command(...OLD_GO, '--dry-run', '--json');
  expect(JSON.parse(doubted.out)).toMatchObject({ deleted: { runs: [] } });
  const believed = await command(...OLD_GO, '--dry-run', '--json', '--trust-clock');
  expect(JSON.parse(believed.out)).toMatchObject({
    clock_doubted: null,
    deleted: { runs: [{ run_id: made.summary.run_id, reason: 'older than 60 days' }] },
  });
});

test('a clock that is years ahead makes nothing old: ages are counted to the newest event, and that is said', async () => {
  jump(5 * 365);
  for (const args of [[...OLD_GO, '--dry-run'], OLD_GO, ['gc', '--dry-run'], ['gc']]) {
    const said = await command(...args);
    expect(said.code, said.err).toBe(0);
    expect(said.out, args.join(' ')).toMatch(
      /^The clock says 20\d\d-.* ages are counted to that\. .*--trust-clock/,
    );
    expect(listed(), args.join(' ')).toEqual([made.summary.run_id]);
    expect(existsSync(made.app.paths.trashedRun(deleted)), args.join(' ')).toBe(true);
  }
});

test('nor does one that jumps while the policy is applied', async () => {
  let readings = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => began + ++readings * 1000 * DAY);
  const said = await command(...OLD_GO, '--grace-days', '0', '--json');
  vi.restoreAllMocks();
  expect(readings).toBeGreaterThan(0);
  expect(JSON.parse(said.out)).toMatchObject({ deleted: { runs: [] }, clock_doubted: expect.any(String) });
  expect(listed()).toEqual([made.summary.run_id]);
});
