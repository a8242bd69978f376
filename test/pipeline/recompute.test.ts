import { expect, test } from 'vitest';
import { type RecomputeInput, recompute } from '../../src/pipeline/recompute.ts';

const recomputed = (policy: object) => {
  const manifest = { config: { resolved: { policy } } };
  return recompute({ results: [] as const, manifest, osSandbox: 'off' } as unknown as RecomputeInput);
};

test("SEC-02 nothing is recomputed in less of a sandbox than the run's own policy asked for", async () => {
  await expect(recomputed({ require_os_sandbox: true })).rejects.toMatchObject({
    code: 'SH_SANDBOX_UNAVAILABLE',
  });
  await expect(recomputed({ require_os_sandbox: false })).resolves.toMatchObject({ problems: [] });
});
