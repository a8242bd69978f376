import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Attempt } from './attack.ts';
import type { Outcome } from './attempts-module.ts';
import { expectEngineLives } from './benign.ts';
import {
  bubblewrap,
  fitting,
  inBubblewrapAlone,
  inSandbox,
  MODES,
  type Mode,
  withoutSandbox,
} from './run-attempts.ts';
import { ATTEMPTS } from './table.ts';
import { filesOf, freshFiles, makeWorld, type World } from './world.ts';

/** How it reads where a global is gone: it counts only with plain globals; with bare ones the permissions have to deny. */
const GONE = /is not defined|Blocked by null entry|Cannot read properties of undefined/;
const groups = [...new Set(ATTEMPTS.map(({ group }) => group))].map((group) => ({
  group,
  attempts: ATTEMPTS.filter((attempt) => attempt.group === group),
}));

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
beforeEach(() => freshFiles(world));
afterAll(() => world.end());

/** The outcomes that are not as they should be, each with its attempt. */
function unexpected(
  attempts: readonly Attempt[],
  outcomes: readonly Outcome[],
  isExpected: (attempt: Attempt, outcome: Outcome) => boolean,
): Outcome[] {
  expect(outcomes.map(({ name }) => name)).toEqual(attempts.map(({ name }) => name));
  return outcomes.filter((outcome, at) => !isExpected(attempts[at] as Attempt, outcome));
}

const worked = ({ works }: Attempt, { gave }: Outcome) => gave !== undefined && works.test(gave);
const denied =
  ({ globals }: Mode) =>
  ({ denied: reason, gives }: Attempt, { gave, threw }: Outcome) =>
    gave === undefined
      ? reason?.test(threw ?? '') === true || (globals === 'plain' && GONE.test(threw ?? ''))
      : gives?.test(gave) === true;

// Links and sockets as the world has them need a system that makes them for everybody.
describe.skipIf(process.platform === 'win32').each(groups)(
  'Each attempt of the group "$group"',
  ({ group, attempts }) => {
    const isRepeated = group === 'persistence' || group === 'time and randomness';

    // What they reach for (/proc, /dev/shm, a shell) is there on Linux; denied they are everywhere.
    test.skipIf(process.platform !== 'linux')('works without the sandbox, so that it is no dud', async () => {
      const first = await withoutSandbox(attempts, world);
      const last = isRepeated ? await withoutSandbox(attempts, world) : first;
      expect(unexpected(attempts, last, worked)).toEqual([]);
      if (isRepeated) expect(last.filter((outcome, at) => isDeepStrictEqual(outcome, first[at]))).toEqual([]);
    });

    test.for(MODES)('is denied with $mode, and leaves nothing (QA-03)', async (mode, { skip }) => {
      skip(mode.osSandbox === 'auto' && bubblewrap === undefined, 'there is no bubblewrap here');
      const tried = fitting(attempts, mode);
      const before = filesOf(world);
      const reached = world.reached();
      const seen: unknown[] = [];
      while (seen.length < (isRepeated ? 2 : 1)) {
        const { outcomes, done } = await inSandbox(tried, world, mode);
        seen.push(outcomes.map(({ gave }) => gave));
        expect(unexpected(tried, outcomes, denied(mode))).toEqual([]);
        expect(done.leftovers).toEqual([]);
        expect(done.end.sandboxLayers.includes('bubblewrap')).toBe(mode.osSandbox === 'auto');
      }
      if (isRepeated) expect(seen[1]).toEqual(seen[0]);
      expect(filesOf(world)).toEqual(before);
      expect(world.reached()).toBe(reached);
      await expectEngineLives();
    });

    const alone = attempts.filter(({ inBubblewrap }) => inBubblewrap !== undefined);
    test.skipIf(bubblewrap === undefined || alone.length === 0)(
      'fails in bubblewrap alone too, with every permission granted',
      async () => {
        const before = filesOf(world);
        const reached = world.reached();
        const outcomes = await inBubblewrapAlone(alone, world);
        const failed = ({ inBubblewrap }: Attempt, { threw }: Outcome) =>
          inBubblewrap?.test(threw ?? '') === true;
        expect(unexpected(alone, outcomes, failed)).toEqual([]);
        expect({ ...filesOf(world), code: '', 'code/canary.mjs': '' }).toEqual({
          ...before,
          code: '',
          'code/canary.mjs': '',
        });
        expect(world.reached()).toBe(reached);
      },
    );
  },
);
