import { describe, expect, test } from 'vitest';
import type { Execution } from './attack.ts';
import { PROTOCOL_TWIN } from './attacks/protocol.ts';
import { expectEngineLives } from './benign.ts';
import { bubblewrap } from './run-attempts.ts';
import { executeMeasured } from './run-execution.ts';
import { EXECUTIONS } from './table.ts';

const groups = [...new Set(EXECUTIONS.map(({ group }) => group))];

describe.each([
  { osSandbox: 'off', layers: 'the permissions alone' },
  { osSandbox: 'auto', layers: 'the permissions and bubblewrap' },
] as const)('with $layers', ({ osSandbox }) => {
  const missing = osSandbox === 'auto' && bubblewrap === undefined;

  describe.each(groups)('an execution of the group "%s"', (group) => {
    const attacks = EXECUTIONS.filter((attack) => attack.group === group && isPossible(attack));

    test.skipIf(missing).each(attacks)('ends as it should: $name (QA-03, EXEC-02)', async (attack) => {
      const { end, took, leftovers } = await executeMeasured(attack, osSandbox);
      const expected = (osSandbox === 'auto' && attack.inBubblewrap) || attack;
      const seen = end.status === 'ok' ? { limit: undefined, reason: '' } : end;
      expect({ status: end.status, limit: seen.limit, reason: seen.reason }).toEqual({
        status: expected.status,
        limit: expected.limit,
        reason: expected.status === 'ok' ? '' : expect.stringMatching(expected.reason ?? /./),
      });
      if (attack.bound !== undefined) {
        const bound = attack.bound(took);
        expect(bound.took).toBeLessThanOrEqual(2 * bound.limit);
      }
      expect(leftovers).toEqual([]);
    });

    test.skipIf(missing)('leaves an engine that lives', expectEngineLives);
  });

  test.skipIf(missing)('messages with nothing wrong in them are accepted', async () => {
    const { end, log } = await executeMeasured(PROTOCOL_TWIN, osSandbox);
    expect(end).toMatchObject({ status: 'ok', output: { notes: ['well'] } });
    expect(log).toEqual(['a line', 'é 😀 constructor']);
  });
});

/** On Windows nobody counts processor time; memory outside of the heap is watched on Linux. */
function isPossible({ linuxOnly, limits }: Execution): boolean {
  if (process.platform === 'linux') return true;
  return linuxOnly !== true && (process.platform !== 'win32' || limits?.cpu_s === undefined);
}
