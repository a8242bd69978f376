import { readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Report, RunEvents, RunManifest, RunSummary } from '../../src/contract/index.ts';
import type { PlanSummary } from '../../src/engine/index.ts';
import { unpack } from '../pack/unpack.ts';
import { readJson, temporaryFolder } from './command.ts';
import { countingServer, reachingPlugin } from './reaching-out.ts';
import { say } from './say.ts';

/** A table, an appdata and a server, with a plugin that reaches out to it. */
async function place(change: Parameters<typeof reachingPlugin>[2] = {}, then = '') {
  const server = await countingServer();
  const folder = temporaryFolder();
  const plugins = reachingPlugin(join(folder, 'plugins'), server.host, change, then);
  const table = join(folder, 'orders.csv');
  writeFileSync(table, 'id,amount\n1,2\n2,3\n3,5\n');
  const at = ['--appdata', join(folder, 'appdata'), '--plugin-dir', plugins];
  const asked = async (...args: string[]) => {
    const said = await say([...args, ...at, '--json']);
    return { ...said, json: said.out === '' ? undefined : JSON.parse(said.out) };
  };
  return {
    ...{ server, folder, plugins, at },
    run: async (...args: string[]) => {
      const { code, json, err } = await asked('run', table, '--quiet', ...args);
      return { code, err, error: json.error, summary: json as RunSummary };
    },
    plan: async (...args: string[]): Promise<PlanSummary> =>
      (await asked('run', table, '--quiet', '--dry-run', ...args)).json,
    approve: (...args: string[]) => asked('plugins', 'approve', ...args),
    say: (...args: string[]) => say([...args, ...at]),
    table,
  };
}

const ID = 'reaches_out';
const NAMED = ['--plugins', ID];
/** A host of nobody: nothing connects to it. */
const NOBODY = '127.0.0.1:9';
const FLAG = ['--allow-network', ID];

function outcomeOf(summary: RunSummary): Report['plugins'][number] {
  const { plugins } = readJson<Report>(join(summary.run_dir, 'report.json'));
  const found = plugins.find((one) => one.plugin_id === ID);
  if (found === undefined) throw new Error('it is not in the report');
  return found;
}

const manifestOf = (summary: RunSummary) => readJson<RunManifest>(summary.manifest_path);
const eventsOf = (summary: RunSummary) => readJson<RunEvents>(join(summary.run_dir, 'events.json')).events;

describe('EXT-04 of declaration, approval and flag', () => {
  test('none: what a plugin fetches without a word is not there, and nobody is connected to', async () => {
    const { run, server } = await place({
      capabilities_required: ['dataset.read'],
    });
    const { summary } = await run(...NAMED);
    expect(outcomeOf(summary).notes[0]).toMatch(/^heard nothing/);
    expect(manifestOf(summary).features.network_enabled).toBe(false);
    expect(server.connections).toBe(0);
  });

  test('one or two are not enough: the run is refused before anything ran, exit code 6; left to the engine, it is denied, and the run PARTIAL', async () => {
    const { run, approve, server } = await place();
    const refused = async (...flags: string[]) => {
      const { code, error } = await run(...NAMED, ...flags);
      expect([code, error.code]).toEqual([6, 'SH_PLUGIN_DENIED']);
      return error;
    };
    expect((await refused()).message).toContain('is neither approved for it nor allowed in this run');
    const unapproved = await refused(...FLAG);
    expect(unapproved.message).toMatch(/and that is not approved for it\.$/);
    expect(unapproved.hint).toContain(`plugins approve ${ID} network --host ${server.host}`);
    expect((await approve(ID, 'network', '--host', server.host)).code).toBe(0);
    expect((await refused()).message).toMatch(/and that is not allowed in this run\.$/);
    const { code, summary } = await run();
    expect([code, summary.status]).toEqual([3, 'PARTIAL']);
    expect(outcomeOf(summary).status).toBe('denied');
    expect(server.connections).toBe(0);
  });

  test.each([[[]], [['--no-os-sandbox']]])('all: it connects, and only then %s', async (how) => {
    const { run, approve, server } = await place();
    await approve(ID, 'network', '--host', server.host);
    const { summary } = await run(...NAMED, ...FLAG, ...how);
    expect(outcomeOf(summary).notes[0]).toBe('heard rate 7');
    expect(server.connections).toBe(1);
  });
});

test('EXT-04 consent is recorded: who, when, for what, in events and manifest; the report says that it had the network', async () => {
  const { run, approve, server, folder, at, say: tell } = await place();
  const { json: approved } = await approve(ID, 'network', '--host', server.host, '--dataset', 'orders');
  const { summary } = await run(...NAMED, ...FLAG);
  const manifest = manifestOf(summary);
  const consent = {
    approved_by: userInfo().username,
    approved_at: approved.approved_at,
    scope: { kind: 'dataset', name: 'orders' },
    hosts: [server.host],
    code_sha256: manifest.plugins[0]?.code_sha256,
  };
  const granted = { capability: 'network', hosts: [server.host], consents: [consent] };
  expect(manifest.features.network_enabled).toBe(true);
  expect(manifest.plugins[0]).toMatchObject({ granted: [granted], capabilities_used: [] });
  expect(eventsOf(summary)).toContainEqual(
    expect.objectContaining({ kind: 'capability.granted', subject_id: ID, data: granted }),
  );
  expect(outcomeOf(summary).network_hosts).toEqual([server.host]);
  const words = `had the network (${server.host}): what it says may rest on more than this table, and can not be repeated bit for bit.`;
  const shown = (name: string) => readFileSync(join(summary.run_dir, name), 'utf8');
  for (const name of ['report.md', 'report.html'])
    expect(shown(name).replaceAll('\\', ''), name).toContain(words);
  expect((await tell('verify', summary.run_id)).code).toBe(0);
  const { summary: closed } = await run('--plugins', 'profile_basic');
  const compared = await say(['runs', 'compare', closed.run_id, summary.run_id, '--json', ...at.slice(0, 2)]);
  expect(JSON.parse(compared.out).engine).toContainEqual({
    key: `${ID}.granted network`,
    a: null,
    b: server.host,
  });
  const out = join(folder, 'diagnostics.zip');
  expect((await say(['diag', summary.run_id, '--out', out, ...at.slice(0, 2)])).code).toBe(0);
  const members = [...(await unpack(readFileSync(out))).values()].map((bytes) => bytes.toString('utf8'));
  const named = members.flatMap((text) => text.match(/"approved_by":\s*"[^"]*"/g) ?? []);
  expect(new Set(named.map((text) => text.replace(' ', '')))).toEqual(
    new Set(['"approved_by":"[REDACTED]"']),
  );
});

test('EXT-04 an execution that had the network is never reused, says so, and has a fingerprint of its own', async () => {
  const { run, plan, approve, server } = await place();
  const closed = (await plan()).run_fingerprint;
  await approve(ID, 'network', '--host', server.host);
  const first = (await run(...NAMED, ...FLAG)).summary;
  const second = (await run(...NAMED, ...FLAG)).summary;
  expect(second.counts).toMatchObject({ plugins_ok: 1, plugins_reused: 0 });
  expect(second.run_fingerprint).toBe(first.run_fingerprint);
  expect(server.connections).toBe(2);
  const log = readFileSync(join(second.run_dir, 'logs', `${ID}.log`), 'utf8');
  expect(log).toContain(
    `the network is open to it (${server.host}): executed anew, and kept for no other run`,
  );
  expect((await plan(...FLAG)).run_fingerprint).not.toBe(closed);
  expect(JSON.stringify(manifestOf(first).fingerprint_document)).toContain(`"network":["${server.host}"]`);
});

test('EXT-04 what a plugin may and lacks is shown before the run, and the command that is shown lets it run', async () => {
  const { run, plan, server, say: tell, at, table } = await place();
  const before = (await plan()).plugins.find(({ id }) => id === ID);
  expect(before).toMatchObject({
    ...{
      will: 'denied',
      capabilities: ['dataset.read', 'network'],
      network_hosts: [server.host],
      granted: [],
    },
    missing: [{ capability: 'network', reason: before?.reason }],
  });
  const text = (await tell('run', table, '--dry-run')).out;
  expect(text).toMatch(new RegExp(`${ID} .* denied +dataset.read network\\(${server.host}\\) +it asks for`));
  const [, line = ''] =
    /Approve it: stat-harness (.*)\n +Run with: --allow-network reaches_out\n/.exec(text) ?? [];
  const shown = (await tell('plugins', 'show', ID)).out;
  expect(shown).toContain(line);
  expect(shown).toMatch(/dataset.read +by the profile of the type analysis\n/);
  expect(shown).toMatch(/network \(.*\) +no: not approved for its code\n/);
  expect((await say(line.split(' '))).code).toBe(0);
  const { summary } = await run(...FLAG);
  expect(outcomeOf(summary).notes[0]).toBe('heard rate 7');
  const after = (await tell('run', table, '--dry-run', ...FLAG)).out;
  expect(after).toContain(`on for ${ID}: ${server.host} (approved by ${userInfo().username} on `);
  expect((await tell('plugins', 'show', ID)).out).toContain(`${server.host} for every dataset, by `);
  expect(line).toContain(at[1]);
});

test('EXT-04 a plugin that is denied is told with its reason in summary, report, manifest and events, and the run is PARTIAL', async () => {
  const { run, folder, server } = await place();
  const needs = { ...{ id: 'needs_it', depends_on: [{ id: ID, required: true }] } };
  reachingPlugin(join(folder, 'plugins'), server.host, { ...needs, capabilities_required: ['dataset.read'] });
  const { code, summary } = await run();
  const reason = `it asks for the network (${server.host}), and that is neither approved for it nor allowed in this run`;
  expect(code).toBe(3);
  expect(summary.counts.plugins_failed).toBe(2);
  const denied = [
    {
      id: 'needs_it',
      status: 'upstream_failed',
      reason: `it depends on ${ID}, which does not run (${reason})`,
    },
    { id: ID, status: 'denied', reason },
  ];
  expect(summary.missing_plugins.filter(({ status }) => status !== 'not_applicable')).toEqual(denied);
  const { results, plugins } = manifestOf(summary);
  expect(results).toMatchObject({ status: 'PARTIAL', failed_plugins: ['needs_it', ID] });
  expect(results.missing_plugins).toEqual(expect.arrayContaining(['needs_it', ID]));
  expect(plugins.find(({ id }) => id === ID)).toMatchObject({ status: 'denied', reason });
  expect(eventsOf(summary)).toContainEqual(
    expect.objectContaining({ kind: 'plugin.denied', subject_id: ID, data: { reason } }),
  );
  const shown = readFileSync(join(summary.run_dir, 'report.md'), 'utf8');
  expect(shown).toContain('was not allowed to run: it asks for the network');
  expect(shown).toContain('this report is incomplete');
});

test('EXT-04 an update needs a new approval, and is told that there was one; rolled back, the older code has its own', async () => {
  const { server, folder, table } = await place();
  const appdata = ['--appdata', join(folder, 'appdata')];
  const bundleOf = async (version: string) => {
    const out = join(folder, `${version}.shplugin.zip`);
    const source = join(reachingPlugin(join(folder, version), server.host, { version }), ID);
    expect((await say(['plugins', 'pack', source, '--out', out])).code).toBe(0);
    return out;
  };
  const run = () => say(['run', table, ...NAMED, ...FLAG, '--quiet', ...appdata]);
  expect((await say(['plugins', 'install', await bundleOf('1.0.0'), ...appdata])).code).toBe(0);
  await say(['plugins', 'approve', ID, 'network', '--host', server.host, ...appdata]);
  expect((await run()).code).toBe(0);
  expect((await say(['plugins', 'update', await bundleOf('1.1.0'), ...appdata])).code).toBe(0);
  const refused = await run();
  expect(refused.code).toBe(6);
  expect(refused.err).toContain('not approved for it (it was for other code of it, version 1.0.0)');
  expect((await say(['plugins', 'approve', '--list', ...appdata])).out).toMatch(
    /reaches_out 1\.0\.0 .* for other code than it has now\n/,
  );
  expect(server.connections).toBe(1);
  expect((await say(['plugins', 'rollback', ID, ...appdata])).code).toBe(0);
  expect((await run()).code).toBe(0);
  expect(server.connections).toBe(2);
  expect((await say(['plugins', 'remove', ID, ...appdata])).out).toMatch(
    /1\.0\.0 is removed\.\n {2}what was approved for it is kept, .*plugins approve reaches_out --revoke/,
  );
  expect((await say(['plugins', 'approve', '--list', ...appdata])).out).toMatch(
    /reaches_out 1\.0\.0 .* not installed, nor in a --plugin-dir named here\n/,
  );
});

test('EXT-09 approvals are remembered for all datasets or for one, listed, replaced and revoked, each with an event', async () => {
  const { run, approve, server, folder } = await place({ network_hosts: ['a.example.com', NOBODY] });
  const host = ['--host', NOBODY];
  const first = await approve(ID, 'network', '--host', 'a.example.com:80', '--dataset', 'sales');
  expect(first.json.note).toBe('There is no dataset sales yet.');
  await approve(ID, 'network', ...host, '--dataset', 'sales');
  expect((await run(...NAMED, ...FLAG, '--dataset', 'orders')).code).toBe(6);
  const { summary } = await run(...NAMED, ...FLAG, '--dataset', 'sales');
  expect(outcomeOf(summary).network_hosts).toEqual([NOBODY]);
  await approve(ID, 'network', ...host);
  const listed = (await approve('--list')).json.map((one: Record<string, unknown>) => [
    ...[one['scope_kind'], one['scope_name'], one['hosts'], one['holds']],
  ]);
  expect(listed).toEqual([
    ['dataset', 'sales', [NOBODY], 'in_force'],
    ['all', '', [NOBODY], 'in_force'],
  ]);
  expect((await approve(ID, '--revoke', '--dataset', 'sales')).json).toHaveLength(1);
  expect((await approve(ID, '--revoke')).json).toHaveLength(1);
  expect((await approve(ID, '--revoke')).json.error.code).toBe('SH_APPROVAL_NONE');
  expect((await run(...NAMED, ...FLAG, '--dataset', 'sales')).code).toBe(6);
  const database = new DatabaseSync(join(folder, 'appdata', 'state.sqlite'), { readOnly: true });
  const kinds = database.prepare(
    "SELECT kind FROM events WHERE subject_kind = 'plugin' AND kind LIKE 'plugin.approv%'",
  );
  expect(kinds.all().map(({ kind }) => kind)).toEqual([
    ...['plugin.approved', 'plugin.approved', 'plugin.approved'],
    ...['plugin.approval_revoked', 'plugin.approval_revoked'],
  ]);
  database.close();
  expect(server.connections).toBe(0);
});

test('EXT-04 nothing is approved beyond what is declared', async () => {
  const unnamed = await say(['run', 'x.csv', '--allow-network', '--quiet']);
  expect([unnamed.code, unnamed.err]).toEqual([2, expect.stringContaining('A value is missing')]);
  const { run, approve, server } = await place({ capabilities_required: ['network', 'gpu'] });
  const refused = async (...args: string[]): Promise<string> => {
    const { code, json } = await approve(ID, ...args);
    expect([code, json.error.code]).toEqual([2, 'SH_APPROVAL_INVALID']);
    return json.error.message;
  };
  expect(await refused('network')).toContain('each host has to be named');
  expect(await refused('network', '--host', 'evil.example.com')).toContain('it does not declare it');
  expect(await refused('network', '--host', server.host.split(':')[0] ?? '')).toContain(
    'it does not declare it',
  );
  expect(await refused('artifacts.write')).toContain('it does not ask for it');
  expect(await refused('gpu')).toContain('this engine computes without one');
  const { code, error } = await run(...NAMED);
  expect(code).toBe(6);
  expect(error.message).toContain('it asks for a GPU, and this engine computes without one');
});

test('EXT-04 an approval that another program wrote into the database is not taken for one', async () => {
  const { run, approve, server, folder } = await place();
  await approve(ID, 'network', '--host', server.host, '--dataset', 'sales');
  const database = new DatabaseSync(join(folder, 'appdata', 'state.sqlite'));
  database.exec("UPDATE approvals SET scope_kind = 'all', scope_name = ''");
  database.close();
  const { code, error } = await run(...NAMED, ...FLAG);
  expect([code, error.code]).toEqual([4, 'SH_STATE_CORRUPT']);
  expect(server.connections).toBe(0);
});

test('EXT-09 the policy takes artifacts from the plugins of a type, unless one is approved for them', async () => {
  const { run, approve, folder } = await place({
    capabilities_required: ['artifacts.write'],
  });
  const config = join(folder, 'config.yaml');
  writeFileSync(config, 'policy:\n  profiles:\n    analysis:\n      capabilities: [dataset.read]\n');
  const { code, error } = await run(...NAMED, '--config', config);
  expect([code, error.code]).toEqual([6, 'SH_PLUGIN_DENIED']);
  expect(error.message).toContain('artifacts.write, which plugins of the type analysis do not get by policy');
  expect((await approve(ID, 'artifacts.write')).code).toBe(0);
  const { summary } = await run(...NAMED, '--config', config);
  expect(manifestOf(summary).plugins[0]?.granted).toMatchObject([
    { capability: 'artifacts.write', hosts: [] },
  ]);
});

/** A finding whose number is a derivation, which only executing the plugin again can check. */
const DERIVES = `
    const q = await ctx.query('SELECT count(*) AS n FROM data');
    const d = ctx.derivation({ method: 'counting', values: { n: 3 }, inputs: [q] });
    ctx.finding({
      ...{ kind: 'fact', title: 'Rows', statement: 'There are {n}.', how: 'exact_count', severity: 'info', target: {} },
      fields: { n: { from: d.value('n') } },
    });`;

test('EXT-04 verify --recompute does not execute again what had the network, nor what is not here, and says so', async () => {
  const { run, approve, server, folder, say: tell } = await place({}, DERIVES);
  await approve(ID, 'network', '--host', server.host);
  const { summary } = await run(...NAMED, ...FLAG);
  expect(manifestOf(summary).plugins[0]?.capabilities_used).toEqual(['dataset.read']);
  const verified = await tell('verify', summary.run_id, '--recompute');
  expect(verified.out).toContain(
    `${ID}: 1 derivation could not be repeated: it had the network, and what that answered is not kept`,
  );
  expect(verified.out).toMatch(/verdict +verified, but 1 derivation could not be repeated\n/);
  expect(verified.code).toBe(0);
  const gone = await say([
    ...['verify', summary.run_id, '--recompute', '--appdata', join(folder, 'appdata')],
  ]);
  expect(gone.out).toMatch(
    /could not be repeated: the code that ran is not here; to check them, install reaches_out 1\.0\.0 with the code sha256:/,
  );
  expect(gone.out).toMatch(/verdict +verified, but 1 derivation could not be repeated\n/);
  const report = readJson<Report>(join(summary.run_dir, 'report.json'));
  expect(report.findings[0]?.limitations).toEqual([
    expect.stringContaining(`Its analysis had the network (${server.host})`),
  ]);
  expect(server.connections).toBe(1);
});

test('EXT-09 plugins profiles shows what each type may, with the policy laid over it', async () => {
  const { folder, say: tell } = await place();
  const config = join(folder, 'strict.yaml');
  writeFileSync(config, 'policy:\n  profiles:\n    analysis: { capabilities: [dataset.read] }\n');
  expect((await tell('plugins', 'profiles')).out).toMatch(
    /analysis +capabilities +dataset.read, artifacts.write +default\n/,
  );
  const { out } = await tell('plugins', 'profiles', '--config', config);
  expect(out).toMatch(/analysis +capabilities +dataset.read +config\n/);
  expect(out).toMatch(/profile +capabilities +dataset.read, artifacts.write +default\n/);
  expect(out).toMatch(/llm +capabilities +none +default\n/);
});
