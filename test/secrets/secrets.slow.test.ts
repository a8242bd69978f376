import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { REDACTED, redactorOf } from '../../src/base/index.ts';
import type { Report, RunManifest, RunSummary } from '../../src/contract/index.ts';
import { type App, exportRun, openApp, runAnalysis, verifyRun } from '../../src/engine/index.ts';
import { unpack } from '../pack/unpack.ts';
import { command, filesBelow, folderOfFile, readJson, root, temporaryFolder } from '../run/command.ts';

/** A key as an operator may have one: letters of more than one alphabet, and what JSON, addresses and HTML escape. */
const KEY = 'Zwiebel&Kuchen/"Käse"+<Wein>';
const NAME = 'STAT_HARNESS_TEST_KEY';
const plugins = join(root, 'fixtures', 'secret-plugins');
const reference = { $env: NAME };
const redactor = redactorOf([{ name: NAME, value: KEY }]);

let folder: string;
let table: string;
let app: App;

beforeAll(async () => {
  folder = folderOfFile('secrets');
  app = await openApp({ appdata: folder });
  table = join(folder, '..', `secrets-${process.pid}.csv`);
  writeFileSync(table, 'a,b\n1,x\n2,y\n3,z\n');
  process.env[NAME] = KEY;
});
afterEach(() => void (process.env[NAME] = KEY));
afterAll(async () => {
  delete process.env[NAME];
  app.close();
  const { rm } = await import('node:fs/promises');
  await rm(folder, { recursive: true, force: true });
  await rm(table, { force: true });
});

async function run(leak: string, key: unknown = reference): Promise<RunSummary> {
  return runAnalysis(app, {
    files: [table],
    flags: {
      plugins: ['leaks_its_key'],
      settings: { 'leaks_its_key.key': key, 'leaks_its_key.leak': leak },
    },
    pluginFolders: [plugins],
    force: false,
    wait: true,
    osSandbox: 'auto',
    onProgress: (event) => expect(redactor.findIn(JSON.stringify(event))).toBeUndefined(),
  });
}

/** The files of a folder that hold the key in any form. */
const holding = (below: string): string[] =>
  filesBelow(below).filter((name) => redactor.findIn(readFileSync(join(below, name))) !== undefined);

const logOf = ({ run_dir }: RunSummary): string =>
  readFileSync(join(run_dir, 'logs', 'leaks_its_key.log'), 'utf8');

test('SEC-03 the plugin gets the value; config, manifest, report and database have the reference only', async () => {
  const summary = await run('nothing');
  expect(summary.status).toBe('COMPLETED');
  expect(logOf(summary)).toContain(`got a key of ${KEY.length} characters`);
  const manifest = readJson<RunManifest>(summary.manifest_path);
  expect(manifest.config.resolved['settings']).toMatchObject({ leaks_its_key: { key: reference } });
  expect(JSON.stringify(manifest.fingerprint_document)).toContain(JSON.stringify(reference));
  const report = readJson<Report>(join(summary.run_dir, 'report.json'));
  expect(report.plugins[0]?.settings['key']).toEqual(reference);
  expect(app.state.runs.get(summary.run_id)?.config).toMatchObject({
    settings: { leaks_its_key: { key: reference } },
  });
  expect(holding(folder)).toEqual([]);
});

test('an execution with a value from the environment is never reused, and manifest, report and log say so', async () => {
  const [first, second] = [await run('nothing'), await run('nothing')];
  expect(second.run_fingerprint).toBe(first.run_fingerprint);
  expect(second.counts).toMatchObject({ plugins_ok: 1, plugins_reused: 0 });
  const [plugin] = readJson<RunManifest>(second.manifest_path).plugins;
  expect(plugin).toMatchObject({ reused_from: null, environment: [NAME] });
  expect(readFileSync(join(second.run_dir, 'report.md'), 'utf8')).toContain('executed anew in every run');
  expect(logOf(second)).toContain('kept for no other run');
  const plain = 'a plain value';
  await run('nothing', plain);
  expect((await run('nothing', plain)).counts).toMatchObject({ plugins_reused: 1 });
});

test('SEC-03 in logs the key is [REDACTED], in every form, and the rest of the log stays', async () => {
  const summary = await run('log');
  expect(summary.status).toBe('COMPLETED');
  const log = logOf(summary);
  expect(log).toContain(`the key is ${REDACTED}`);
  expect(log).toContain(`and again ${REDACTED}`);
  expect(log.split(REDACTED).length).toBeGreaterThan(4);
  expect(holding(folder)).toEqual([]);
});

test.each(['failure', 'rejection'])(
  'SEC-03 a plugin that ends with a %s that quotes the key: the reason has [REDACTED], also where it is cut off',
  async (leak) => {
    const summary = await run(leak);
    expect(summary.status).toBe('PARTIAL');
    const [{ status, reason } = { status: '', reason: '' }] = summary.missing_plugins;
    expect(status).toBe('failed');
    expect(reason + logOf(summary)).toContain(REDACTED.slice(0, 8));
    expect(reason).not.toContain('Zwiebel');
    expect(holding(folder)).toEqual([]);
    expect(
      await verifyRun(app, summary.run_id, { recompute: false, pluginFolders: [], onProgress() {} }),
    ).toMatchObject({
      ok: true,
    });
  },
);

test.each(['note', 'metric', 'artifact', 'artifact_base64', 'bad_output'])(
  'SEC-03 an output that holds the key (%s) is refused: nothing of it is kept, and the variable is named',
  async (leak) => {
    const summary = await run(leak);
    expect(summary.status).toBe('PARTIAL');
    const [missing] = summary.missing_plugins;
    expect(missing).toMatchObject({ id: 'leaks_its_key', status: 'invalid_output' });
    if (leak !== 'bad_output') expect(missing?.reason).toContain(`the environment variable ${NAME}`);
    expect(readdirSync(join(summary.run_dir, 'results'))).toEqual([]);
    expect(holding(folder)).toEqual([]);
  },
);

test.each(['query', 'derived'])(
  'SEC-03 a question to the data that holds the key (%s) is refused: questions are remembered and printed',
  async (leak) => {
    const summary = await run(leak);
    expect(summary.missing_plugins[0]?.reason).toContain(`the environment variable ${NAME}`);
    expect(holding(folder)).toEqual([]);
  },
);

test('recomputed, it gets the value again; where the variable is gone, what it gave can not be checked, which is no damage', async () => {
  const { run_id } = await run('nothing');
  const again = () =>
    verifyRun(app, run_id, { recompute: true, pluginFolders: [plugins], onProgress: () => undefined });
  expect(await again()).toMatchObject({ ok: true, derivations: { checked: 1, failed: 0, unavailable: 0 } });
  delete process.env[NAME];
  const without = await again();
  expect(without).toMatchObject({ ok: true, derivations: { checked: 0, failed: 0, unavailable: 1 } });
  expect(without.problems.join()).toContain(`${NAME} from the environment, which is not set`);
  expect(holding(folder)).toEqual([]);
});

test('a pack of such a run holds the reference, and not the value', async () => {
  const { run_id } = await run('log');
  const out = join(temporaryFolder(), 'pack.zip');
  await exportRun(app, run_id, { out, data: true, logs: true, overwrite: false });
  expect(redactor.findIn(readFileSync(out))).toBeUndefined();
  expect(readFileSync(out).includes(JSON.stringify(reference))).toBe(true);
  for (const content of (await unpack(readFileSync(out))).values())
    expect(redactor.findIn(content)).toBeUndefined();
});

test('on the command line the key is nowhere either: stdout, stderr, files; a variable that is missing or short is exit code 2', async () => {
  const appdata = temporaryFolder();
  const args = [
    ...['run', table, '--appdata', appdata, '--plugin-dir', plugins, '--plugins', 'leaks_its_key', '--json'],
    ...['--set', `leaks_its_key.key={$env: ${NAME}}`, '--set', 'leaks_its_key.leak=failure'],
  ];
  const ended = await command(args, { [NAME]: KEY });
  expect(ended.code).toBe(3);
  expect(redactor.findIn(ended.out + ended.err)).toBeUndefined();
  expect(holding(appdata)).toEqual([]);
  delete process.env[NAME];
  const missing = await command(args);
  expect(missing.code).toBe(2);
  expect(missing.err).toContain(
    `plugins.leaks_its_key.settings.key takes the environment variable ${NAME}, which is not set`,
  );
  const short = await command(args, { [NAME]: 'abc' });
  expect(short.code).toBe(2);
  expect(short.err).toContain('too short');
  expect(short.out + short.err).not.toContain('abc');
});

test('a value of the wrong form is refused without being quoted', async () => {
  const bad = run('nothing', { deep: reference });
  const { message } = await bad.then(
    () => ({ message: 'it ran' }),
    (error: Error) => error,
  );
  expect(message).toContain('plugins.leaks_its_key.settings.key: must be string');
  expect(redactor.findIn(message)).toBeUndefined();
});
