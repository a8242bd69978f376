import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/pipeline/config.ts';
import { fingerprintRun, type RunInput } from '../../src/pipeline/fingerprint.ts';
import type { LeftOut, PlannedPlugin } from '../../src/pipeline/plan.ts';
import { noRoles, plugin } from './make.ts';

const config = resolveConfig({ flags: {}, plugins: [plugin()], defaults: { dataset: 'x', workers: 1 } });
const engine = { version: '0.1.0', codeSha256: 'sha256:c', duckdb: '1', deno: '2' };
const input = {
  version: { dataset_version_id: 'sha256:d' },
  parts: [],
  roles: noRoles,
  coverage: { kind: 'FULL' },
} as unknown as RunInput;

/** The fingerprint of a run of one plugin, which is left out or not. */
function fingerprintOf(leftOut: LeftOut | undefined): string {
  const entry: PlannedPlugin = {
    ...{ plugin: plugin(), settings: {}, upstream: [], leftOut, grants: [], missing: [] },
  };
  const plan = { planned: [entry], runnable: leftOut === undefined ? [entry] : [] };
  return fingerprintRun(input, plan, config, engine as Parameters<typeof fingerprintRun>[3]).sha256;
}

test('that a plugin was denied, and why, decides the fingerprint of the run', () => {
  const denied = (reason: string) => fingerprintOf({ status: 'denied', reason });
  const all = [fingerprintOf(undefined), denied('not approved'), denied('not allowed in this run')];
  expect(new Set(all).size).toBe(3);
  expect(denied('not approved')).toBe(all[1]);
});
