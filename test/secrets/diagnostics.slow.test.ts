import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { redactorOf, sha256 } from '../../src/base/index.ts';
import { unpack } from '../pack/unpack.ts';
import { command, root, start, temporaryFolder, testPlugins } from '../run/command.ts';

const plugins = join(root, 'fixtures', 'secret-plugins');
const NAME = 'STAT_HARNESS_TEST_KEY';
/** Each is planted where an operator may leave it; none has forms in common with another. */
const SECRETS = {
  [NAME]: 'Zwiebel&Kuchen/"Käse"+<Wein>',
  SOME_API_TOKEN: 'ghp_tOkEnOfAnotherProgram',
  setting: 'plainly-written-key-42',
  person: 'hannelore',
};
const redactor = redactorOf(Object.entries(SECRETS).map(([name, value]) => ({ name, value })));

/** The members of a bundle; none of them, and not the archive itself, may hold a secret. */
async function bundleWithout(path: string): Promise<Map<string, Buffer>> {
  const zip = readFileSync(path);
  expect(redactor.findIn(zip)).toBeUndefined();
  const members = await unpack(zip);
  for (const [name, content] of members) expect(redactor.findIn(content), name).toBeUndefined();
  return members;
}

async function diagnosed(appdata: string, environment: Record<string, string>): Promise<Map<string, Buffer>> {
  const out = join(temporaryFolder(), 'diagnostics.zip');
  const ended = await command(['diag', 'latest', '--out', out, '--appdata', appdata], environment);
  expect(ended.code, ended.err).toBe(0);
  expect(redactor.findIn(ended.out + ended.err)).toBeUndefined();
  return bundleWithout(out);
}

/** A run of the plugin that gives its key away. */
const leaking = (table: string, appdata: string) => [
  'run',
  table,
  '--appdata',
  appdata,
  '--plugin-dir',
  plugins,
  '--plugins',
  'leaks_its_key',
  '--quiet',
];

test('OBS-03 planted secrets, names of people and of the machine are nowhere in a bundle; manifest, report, logs, facts, schemas and hashes are', async () => {
  const folder = temporaryFolder();
  const home = join(folder, 'home', SECRETS.person);
  mkdirSync(home, { recursive: true });
  const table = join(home, 'table.csv');
  writeFileSync(table, 'a,b\n1,x\n2,y\n3,z\n');
  const appdata = join(folder, 'appdata');
  const environment = { [NAME]: SECRETS[NAME], SOME_API_TOKEN: SECRETS.SOME_API_TOKEN, HOME: home };
  const set = ['--set', `leaks_its_key.key={$env: ${NAME}}`, '--set', 'leaks_its_key.leak=log'];
  expect((await command([...leaking(table, appdata), ...set], environment)).code).toBe(0);
  const members = await diagnosed(appdata, environment);
  const names = [...members.keys()];
  expect(names).toEqual(names.toSorted());
  for (const name of [
    'system.json',
    'records.json',
    'timeline.json',
    'check.json',
    'doctor.json',
    'run/run.log',
    'run/report.md',
  ])
    expect(names).toContain(name);
  expect(names.some((name) => name.startsWith('schemas/'))).toBe(true);
  expect(members.get('run/logs/leaks_its_key.log')?.toString()).toContain('[REDACTED]');
  const index = JSON.parse(members.get('diagnostics.json')?.toString() ?? '') as {
    files: { path: string; sha256: string; stored: { sha256: string } | null; redacted: boolean }[];
  };
  for (const file of index.files) expect(sha256(members.get(file.path) ?? ''), file.path).toBe(file.sha256);
  const manifest = index.files.find(({ path }) => path === 'run/run_manifest.json');
  const stored = readFileSync(
    join(appdata, 'runs', readdirSync(join(appdata, 'runs'))[0] ?? '', 'run_manifest.json'),
  );
  expect(manifest).toMatchObject({ redacted: true, stored: { sha256: sha256(stored) } });
  const machine = [homedir(), hostname(), userInfo().username].filter(({ length }) => length >= 5);
  for (const content of members.values())
    for (const fact of machine) expect(content.includes(fact)).toBe(false);
});

test('OBS-03 a secret that stands plainly in a setting is taken out of the bundle by the setting’s name', async () => {
  const folder = temporaryFolder();
  const table = join(folder, 'table.csv');
  writeFileSync(table, 'a,b\n1,x\n2,y\n');
  const appdata = join(folder, 'appdata');
  const set = ['--set', `leaks_its_key.key=${SECRETS.setting}`, '--set', 'leaks_its_key.leak=note'];
  expect((await command([...leaking(table, appdata), ...set])).code).toBe(0);
  const members = await diagnosed(appdata, {});
  expect(members.get('run/report.md')?.toString()).toContain('[REDACTED]');
});

test('OBS-03 a run that failed and one that was killed are diagnosed from their logs and journal', async () => {
  const folder = temporaryFolder();
  const table = join(folder, 'table.csv');
  writeFileSync(table, 'a,b\n1,x\n2,y\n');
  writeFileSync(join(folder, 'stop.yaml'), 'policy:\n  on_failure: stop\n');
  const appdata = join(folder, 'appdata');
  const common = ['run', table, '--appdata', appdata, '--quiet'];
  const set = ['--set', `leaks_its_key.key={$env: ${NAME}}`, '--set', 'leaks_its_key.leak=failure'];
  const args = ['--plugin-dir', plugins, '--plugins', 'leaks_its_key', '--config', join(folder, 'stop.yaml')];
  const environment = { [NAME]: SECRETS[NAME] };
  expect((await command([...common, ...args, ...set], environment)).code).toBe(5);
  const failed = await diagnosed(appdata, environment);
  expect(JSON.parse(failed.get('diagnostics.json')?.toString() ?? '')).toMatchObject({ status: 'FAILED' });
  expect(failed.get('staging/logs/leaks_its_key.log')?.toString()).toContain('[REDACTED]');
  expect(failed.has('staging/journal.json')).toBe(true);

  const before = readdirSync(join(appdata, 'staging'));
  const { child, ended } = start([...common, '--plugin-dir', testPlugins, '--plugins', 'waits_a_while']);
  const logOf = (id: string) => join(appdata, 'staging', id, 'logs', 'waits_a_while.log');
  const waits = () =>
    readdirSync(join(appdata, 'staging')).some((id) => !before.includes(id) && existsSync(logOf(id)));
  while (!waits()) {
    expect(child.exitCode).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill('SIGKILL');
  await ended;
  const killed = await diagnosed(appdata, {});
  expect(JSON.parse(killed.get('diagnostics.json')?.toString() ?? '')).toMatchObject({ status: 'ABORTED' });
  expect(killed.get('timeline.json')?.toString()).toContain('run.aborted');
  expect(
    [...killed.keys()].some((name) => name.startsWith('staging/') && name.endsWith('waits_a_while.log')),
  ).toBe(true);
});
