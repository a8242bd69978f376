import { describe, expect, test } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import { type RunFlags, resolveConfig } from '../../src/pipeline/config.ts';
import type { Allowed } from '../../src/pipeline/permissions.ts';
import { buildPlan, type PlannedPlugin } from '../../src/pipeline/plan.ts';
import { refuseRevoked } from '../../src/pipeline/refuse-revoked.ts';
import type { LoadedPlugin } from '../../src/plugin-host/index.ts';
import type { Approval, State } from '../../src/state/index.ts';
import { noRoles, plugin, schema } from './make.ts';

interface Asked {
  readonly flags?: RunFlags;
  readonly content?: unknown;
  readonly approvals?: readonly Approval[];
  readonly network?: readonly string[];
}

function planned(plugins: readonly LoadedPlugin[], asked: Asked = {}): readonly PlannedPlugin[] {
  const { flags = {}, content = {}, approvals = [], network = [] } = asked;
  const config = resolveConfig({
    flags,
    file: { path: 'c.yaml', content },
    plugins,
    defaults: { dataset: 'orders', workers: 1 },
  });
  const allowed: Allowed = { approvals, network, commandLine: (words) => words.join(' ') };
  const version = { schema, row_count: 10 };
  return buildPlan({ plugins, config, version, roles: noRoles, engineVersion: '0.1.0', allowed }).planned;
}

const [A, B] = ['a.example.com:443', 'b.example.com'];
const reaching = plugin({ id: 'rates', capabilities_required: ['network'], network_hosts: [A, B] });

function approval(change: Partial<Approval> = {}): Approval {
  return {
    id: 1,
    plugin_id: 'rates',
    plugin_version: '1.0.0',
    code_sha256: reaching.codeSha256,
    capability: 'network',
    scope_kind: 'all',
    scope_name: '',
    hosts: [A],
    approved_by: 'ana',
    approved_at: '2026-01-01T00:00:00.000Z',
    ...change,
  };
}

const asks = `it asks for the network (${A}, ${B}), and that is`;
const approve = `Approve it: plugins approve rates network --host ${A} --host ${B}`;
/** No more than what was approved before. */
const again = `Approve it: plugins approve rates network --host ${A}`;
const flag = 'Run with: --allow-network rates';

describe('EXT-04 the network is granted by an approval for this code and this dataset, and a flag of the run:', () => {
  const only = [{ scope_kind: 'dataset', scope_name: 'orders' }] as const;
  test.each([
    ['neither', [], [], 'neither approved for it nor allowed in this run', `${approve}\n${flag}`],
    ['no approval', [], ['rates'], 'not approved for it', approve],
    ['no flag', [approval()], [], 'not allowed in this run', flag],
    [
      'of another dataset',
      [approval({ ...only[0], scope_name: 'x' })],
      ['rates'],
      'approved for the dataset x only',
      `${again} --dataset orders`,
    ],
    [
      'of another dataset, and no flag',
      [approval({ ...only[0], scope_name: 'x' })],
      [],
      'approved for the dataset x only, and not allowed in this run',
      `${again} --dataset orders\n${flag}`,
    ],
    ['of another plugin', [approval({ plugin_id: 'x' })], ['rates'], 'not approved for it', approve],
    ['of something else', [approval({ capability: 'gpu' })], ['rates'], 'not approved for it', approve],
    [
      'of older code',
      [approval({ code_sha256: sha256('old'), plugin_version: '0.9.0' })],
      ['rates'],
      'not approved for it (it was for other code of it, version 0.9.0)',
      again,
    ],
    [
      'of older code, for this dataset',
      [approval({ ...only[0], code_sha256: sha256('old'), plugin_version: '0.9.0' })],
      ['rates'],
      'not approved for it (it was for other code of it, version 0.9.0)',
      `${again} --dataset orders`,
    ],
    [
      'of older code, for hosts that it does not declare any more',
      [approval({ hosts: ['c.example.com'], code_sha256: sha256('old'), plugin_version: '0.9.0' })],
      ['rates'],
      'not approved for it (it was for other code of it, version 0.9.0)',
      approve,
    ],
  ])('%s: it is denied, with what would let it run', (_, approvals, network, why, remedy) => {
    // Named by the flag, a plugin that is denied refuses the run, and says the same.
    if (network.length > 0) {
      const refused = expect.objectContaining({
        code: 'SH_PLUGIN_DENIED',
        exitCode: 6,
        message: `The plugin rates is not allowed to run: ${asks} ${why}.`,
        hint: remedy,
      });
      expect(() => planned([reaching], { approvals, network })).toThrow(refused);
      return;
    }
    const [found] = planned([reaching], { approvals, network });
    expect(found?.leftOut).toEqual({ status: 'denied', reason: `${asks} ${why}` });
    expect(found?.missing).toMatchObject([{ capability: 'network', remedy }]);
  });

  test('neither, under the policy to stop at a failure: the run is refused at once, with what would let it run', () => {
    const content = { policy: { on_failure: 'stop' } };
    const refused = { code: 'SH_PLUGIN_DENIED', exitCode: 6, hint: `${approve}\n${flag}` };
    expect(() => planned([reaching], { content })).toThrow(expect.objectContaining(refused));
    expect(() => planned([reaching], { content })).toThrow('and the policy is to stop where a plugin fails');
  });

  test('neither: what requires it, named by the flag, is refused with what would let both run', () => {
    const depends_on = [{ id: 'rates', required: true }];
    const after = plugin({ id: 'after', depends_on, capabilities_required: ['network'], network_hosts: [A] });
    const approvals = [approval({ plugin_id: 'after', code_sha256: after.codeSha256 })];
    const refused = { code: 'SH_PLUGIN_DENIED', hint: `${approve}\n${flag}` };
    expect(() => planned([after, reaching], { approvals, network: ['after'] })).toThrow(
      expect.objectContaining(refused),
    );
  });

  test('both: it gets what is declared and approved, with who consented', () => {
    const approvals = [approval(), approval({ ...only[0], hosts: [`${B}:80`, 'c.example.com'] })];
    const [found] = planned([reaching], { approvals, network: ['rates'] });
    expect(found?.leftOut).toBeUndefined();
    expect(found?.grants).toEqual([{ capability: 'network', hosts: [A, `${B}:80`], consents: approvals }]);
  });

  test('the flag for a plugin that does not ask for it, or is not chosen, is refused', () => {
    const plugins = [plugin({ id: 'plain' }), reaching];
    const unasked = (message: string) =>
      expect.objectContaining({ code: 'SH_NETWORK_UNASKED', exitCode: 2, message });
    expect(() => planned(plugins, { network: ['plain'] })).toThrow(
      unasked('The plugin plain, named by --allow-network, does not ask for the network.'),
    );
    expect(() => planned(plugins, { network: ['rates'], flags: { plugins: ['plain'] } })).toThrow(
      unasked('The plugin rates, named by --allow-network, is not among the chosen plugins.'),
    );
    expect(() => planned(plugins, { network: ['rate'] })).toThrow('Nearest: rates');
  });
});

test('EXT-04 what needs a plugin that is denied does not run either, naming it; what can do without runs', () => {
  const after = (id: string, required: boolean) => plugin({ id, depends_on: [{ id: 'rates', required }] });
  const found = planned([reaching, after('needs', true), after('takes', false)]);
  expect(found.map(({ plugin: { manifest }, leftOut }) => [manifest.id, leftOut?.status])).toEqual([
    ['rates', 'denied'],
    ['needs', 'upstream_failed'],
    ['takes', undefined],
  ]);
  expect(found[1]?.leftOut?.reason).toMatch(
    /^it depends on rates, which does not run \(it asks for the network/,
  );
});

test('EXT-04 a GPU is never granted, whatever is approved, and the reason says so', () => {
  const gpu = plugin({ id: 'gpu', capabilities_required: ['gpu'] });
  const approvals = [approval({ plugin_id: 'gpu', capability: 'gpu', code_sha256: gpu.codeSha256 })];
  const reason = 'it asks for a GPU, and this engine computes without one';
  expect(planned([gpu], { approvals })[0]?.leftOut).toEqual({ status: 'denied', reason });
  expect(() => planned([gpu], { approvals, flags: { plugins: ['gpu'] } })).toThrow(reason);
});

test('PERF-01 to hold all rows at once is denied until it is approved for the code', () => {
  const loads = plugin({ id: 'loads', capabilities_required: ['dataset.read', 'full_load'] });
  expect(planned([loads], {})[0]).toMatchObject({
    leftOut: {
      status: 'denied',
      reason: expect.stringMatching(/^it asks for full_load.*not approved for it$/),
    },
    missing: [{ remedy: 'Approve it: plugins approve loads full_load' }],
  });
  const approvals = [
    approval({ plugin_id: 'loads', capability: 'full_load', hosts: [], code_sha256: loads.codeSha256 }),
  ];
  expect(planned([loads], { approvals })[0]).toMatchObject({ leftOut: undefined });
});

describe('EXT-09 the profile of a type', () => {
  const writes = plugin({ id: 'writes', capabilities_required: ['artifacts.write', 'dataset.read'] });
  const policy = (capabilities: readonly string[]) => ({
    policy: { profiles: { analysis: { capabilities } } },
  });

  test('gives reading the dataset and writing artifacts, without asking', () => {
    expect(planned([writes])[0]).toMatchObject({ leftOut: undefined, grants: [], missing: [] });
  });

  test('can be narrowed by the policy; then an approval of the plugin is needed', () => {
    const content = policy(['dataset.read']);
    const [left] = planned([writes], { content });
    expect(left?.leftOut).toEqual({
      status: 'denied',
      reason:
        'it asks for artifacts.write, which plugins of the type analysis do not get by policy, and that is not approved for it',
    });
    expect(left?.missing[0]?.remedy).toBe('Approve it: plugins approve writes artifacts.write');
    const given = { plugin_id: 'writes', code_sha256: writes.codeSha256, hosts: [] };
    const approvals = [approval({ ...given, capability: 'artifacts.write' })];
    expect(planned([writes], { content, approvals })[0]?.leftOut).toBeUndefined();
    expect(
      planned([{ ...writes, manifest: { ...writes.manifest, type: 'profile' } }], { content })[0],
    ).toMatchObject({ leftOut: undefined });
  });

  test.each(['network', 'full_load', 'gpu'])('can not be widened by the policy: %s', (capability) => {
    expect(() => planned([writes], { content: policy(['dataset.read', capability]) })).toThrow(
      /policy\.profiles\.analysis\.capabilities.*approved for single plugins/s,
    );
  });
});

test('EXT-04 an approval that was revoked while the run waited for its turn refuses the run', () => {
  const found = planned([reaching], { approvals: [approval()], network: ['rates'] });
  const refuse = (inForce: readonly Approval[]) =>
    refuseRevoked({ planned: found, runnable: found }, { approvals: storeOf(inForce) });
  expect(() => refuse([approval()])).not.toThrow();
  expect(() => refuse([approval({ id: 2 })])).toThrow(expect.objectContaining({ code: 'SH_PLUGIN_DENIED' }));
});

function storeOf(inForce: readonly Approval[]): State['approvals'] {
  const unused = () => {
    throw new Error('nothing is written');
  };
  return { approve: unused, revoke: unused, ofPlugin: () => inForce, all: () => inForce };
}
