import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Execution } from './attack.ts';
import { protocolTwins } from './attacks/protocol.ts';
import { expectEngineLives } from './benign.ts';
import { bubblewrap } from './run-attempts.ts';
import { seenWithoutSandbox } from './run-canary.ts';
import { executeMeasured } from './run-execution.ts';
import { EXECUTIONS } from './table.ts';
import { filesOf, freshFiles, makeWorld, placed, type World } from './world.ts';

const groups = [...new Set(EXECUTIONS.map(({ group }) => group))];
const canaries = EXECUTIONS.flatMap((attack) =>
  attack.canary ? [{ ...attack, canary: attack.canary }] : [],
);

let world: World;
beforeAll(async () => {
  world = await makeWorld();
  freshFiles(world);
});
afterAll(() => world.end());

// What they reach for is there on Linux; denied they are everywhere.
test.skipIf(process.platform !== 'linux').each(canaries)(
  'works without the sandbox, so that it is no dud: $group, $name',
  async ({ code, canary }) => {
    expect(await seenWithoutSandbox(code, world)).toMatch(canary);
  },
);

describe.each([
  { osSandbox: 'off', layers: 'the permissions alone' },
  { osSandbox: 'auto', layers: 'the permissions and bubblewrap' },
] as const)('with $layers', ({ osSandbox }) => {
  const missing = osSandbox === 'auto' && bubblewrap === undefined;

  describe.each(groups)('an execution of the group "%s"', (group) => {
    const attacks = EXECUTIONS.filter((attack) => attack.group === group && isPossible(attack));

    test.skipIf(missing).each(attacks)('ends as it should: $name (QA-03, EXEC-02)', async (attack) => {
      const before = [filesOf(world), world.reached()];
      const code = placed(attack.code, world.places);
      const { end, took, leftovers } = await executeMeasured({ ...attack, code }, osSandbox);
      const expected = (osSandbox === 'auto' && attack.inBubblewrap) || attack;
      const seen = end.status === 'ok' ? { limit: undefined, reason: '' } : end;
      expect({ status: end.status, limit: seen.limit, reason: seen.reason }).toEqual({
        status: expected.status,
        limit: expected.limit,
        reason: expected.status === 'ok' ? '' : expect.stringMatching(expected.reason ?? /./),
      });
      if (attack.bound !== undefined) {
        const bound = attack.bound(took);
        expect(bound.took).toBeLessThanOrEqual(bound.most);
      }
      expect(leftovers).toEqual([]);
      expect([filesOf(world), world.reached()]).toEqual(before);
    });

    test.skipIf(missing)('leaves an engine that lives', expectEngineLives);
  });

  test.skipIf(missing)('what looks like each attack by messages, and is none, is accepted', async () => {
    const { messages, objects, output } = protocolTwins();
    expect((await executeMeasured(messages, osSandbox)).end).toMatchObject({
      ...{ status: 'ok', output: { notes: ['well'] } },
    });
    expect((await executeMeasured(objects, osSandbox)).end).toMatchObject({ status: 'ok' });
    expect((await executeMeasured(output, osSandbox)).end).toMatchObject({
      status: 'ok',
      output: { notes: [] },
    });
  });
});

/** On Windows nobody counts processor time; memory outside of the heap is watched on Linux. */
function isPossible({ linuxOnly, limits }: Execution): boolean {
  if (process.platform === 'linux') return true;
  return linuxOnly !== true && (process.platform !== 'win32' || limits?.cpu_s === undefined);
}
