import { expect, test } from 'vitest';
import { answerBudget } from '../../src/plugin-host/answer-budget.ts';

const MEBIBYTE = 2 ** 20;
const KEPT = { characters: 100, isKept: true };
const OF_A_CHUNK = { characters: 100, isKept: false };

/** Asks until it is refused: how many answers of so many megabytes there were, and the reason. */
async function answersOf(budget: ReturnType<typeof answerBudget>, asked: typeof KEPT, megabytes: number) {
  for (let answers = 0; ; answers++) {
    const refusal = await budget
      .spend(
        asked,
        async () => null,
        () => megabytes * MEBIBYTE,
      )
      .then(
        () => undefined,
        (error: Error) => error.message,
      );
    if (refusal !== undefined) return [answers, refusal];
  }
}

test('answers that are kept as evidence have one bound, all answers together another, which grows with the chunks (EXEC-02)', async () => {
  const over = (megabytes: number) =>
    `its questions were answered with more than ${megabytes * MEBIBYTE} bytes`;
  const budget = answerBudget(32);
  expect(await answersOf(budget, KEPT, 64)).toEqual([8, over(512)]);
  expect(await answersOf(budget, OF_A_CHUNK, 64)).toEqual([8, over(1024)]);
  expect(await answersOf(answerBudget(0), OF_A_CHUNK, 64)).toEqual([8, over(512)]);
});

test('questions count too, however little is answered: they are kept with their answers', async () => {
  const long = { characters: 64 * MEBIBYTE, isKept: true };
  expect((await answersOf(answerBudget(0), long, 0))[0]).toBe(8);
});
