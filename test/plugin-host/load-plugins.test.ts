import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashJson, sha256 } from '../../src/base/index.ts';
import type { PluginManifest } from '../../src/contract/index.ts';
import { incompatibility, loadPluginFolder, loadPlugins } from '../../src/plugin-host/index.ts';
import { echoManifest } from './execute-hostile.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/plugins');
let root = '';
let count = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'plugins-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A folder with one plugin, made of some files. */
async function folderWith(
  files: Readonly<Record<string, string>>,
  change: Record<string, unknown> = {},
): Promise<string> {
  const folder = join(root, String(++count));
  await mkdir(join(folder, 'echo'), { recursive: true });
  const manifest = JSON.stringify({ ...(await echoManifest()), ...change });
  for (const [name, text] of Object.entries({ 'plugin.json': manifest, ...files })) {
    await writeFile(join(folder, 'echo', name), text);
  }
  return folder;
}

const GOOD = `import { definePlugin, identifier } from 'statistic-harness/sdk';
import { twice } from './twice.ts';
export default definePlugin({ analyze(ctx) { ctx.note(identifier(twice('a'))); } });
`;
const TWICE = "export const twice = (text: string): string => text + '\\n' + text;\n";

describe('loading', () => {
  test('gives a module with the sdk inside, and hashes of everything that decides it', async () => {
    const [plugin] = await loadPlugins([FIXTURES], ['echo']);
    expect(plugin?.manifest.id).toBe('echo');
    expect(plugin?.bundle).not.toMatch(/^import /m);
    expect(plugin?.manifestSha256).toBe(hashJson(plugin?.manifest));
    expect(plugin?.codeSha256).toBe(
      hashJson({ bundle: sha256(plugin?.bundle ?? ''), manifest: plugin?.manifest }),
    );
  });

  test('gives the same bytes wherever the folder lies and however its lines end', async () => {
    const [one] = await loadPlugins([await folderWith({ 'plugin.ts': GOOD, 'twice.ts': TWICE })]);
    const dos = (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`;
    const [other] = await loadPlugins([await folderWith({ 'plugin.ts': dos(GOOD), 'twice.ts': dos(TWICE) })]);
    expect(other?.bundle).toBe(one?.bundle);
    expect(other?.codeSha256).toBe(one?.codeSha256);
    expect(one?.bundle).not.toContain(root);
  });

  test('gives another hash for another byte of code or manifest', async () => {
    const [one] = await loadPlugins([await folderWith({ 'plugin.ts': GOOD, 'twice.ts': TWICE })]);
    const [code] = await loadPlugins([
      await folderWith({ 'plugin.ts': GOOD.replace("'a'", "'b'"), 'twice.ts': TWICE }),
    ]);
    const [title] = await loadPlugins([
      await folderWith({ 'plugin.ts': GOOD, 'twice.ts': TWICE }, { title: 'Other' }),
    ]);
    expect(new Set([one, code, title].map((plugin) => plugin?.codeSha256)).size).toBe(3);
  });

  test('sorts by id and picks by id; an unknown id is refused with the nearest', async () => {
    const folders = [
      await folderWith({ 'plugin.ts': GOOD, 'twice.ts': TWICE }, { id: 'b' }),
      await folderWith({ 'plugin.ts': GOOD, 'twice.ts': TWICE }, { id: 'a' }),
    ];
    expect((await loadPlugins(folders)).map((plugin) => plugin.manifest.id)).toEqual(['a', 'b']);
    expect((await loadPlugins(folders, ['b'])).map((plugin) => plugin.manifest.id)).toEqual(['b']);
    await expect(loadPlugins([FIXTURES], ['ehco'])).rejects.toMatchObject({
      code: 'SH_PLUGIN_UNKNOWN',
      parameters: { id: 'ehco', nearest: 'echo' },
    });
  });
});

describe('a manifest is refused', () => {
  test('with all its problems, each with its path', async () => {
    const folder = await folderWith(
      { 'plugin.ts': GOOD },
      { id: 'Bad Id', limits: { wall_s: 0 }, colour: 'red' },
    );
    const error = await loadPlugins([folder]).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'SH_PLUGIN_MANIFEST_INVALID' });
    for (const path of ['id:', 'limits.wall_s:', 'limits:', 'colour:']) expect(String(error)).toContain(path);
  });

  test.each([
    ['whose claim does not fit its id', { id: 'a_model', claim: 'measured' }, 'claim: must be "modeled"'],
    ['that is modeled without saying so in its id', { claim: 'modeled' }, 'claim: must be "measured"'],
    [
      'with a range that is none',
      { requires: { engine_semver: 'new', schema_versions: [] } },
      'requires.engine_semver',
    ],
    [
      'that depends on itself',
      { depends_on: [{ id: 'echo', required: true }] },
      'depends_on.0.id: is the plugin itself',
    ],
    ['with a version of two numbers', { version: '1.0' }, 'version: must be three numbers such as 1.0.0'],
    [
      'with a wildcard for a host',
      { capabilities_required: ['network'], network_hosts: ['*.example.com'] },
      'network_hosts.0: must be one host in small letters, such as api.example.com',
    ],
    ['with a schema that is none', { config_schema: { type: 7 } }, 'config_schema: is no JSON Schema'],
  ])('%s', async (_, change, message) => {
    const folder = await folderWith({ 'plugin.ts': GOOD, 'twice.ts': TWICE }, change);
    await expect(loadPlugins([folder])).rejects.toMatchObject({
      code: 'SH_PLUGIN_MANIFEST_INVALID',
      message: expect.stringContaining(message),
    });
  });

  test('that is not there, or can not be read for what an editor put before it', async () => {
    const folder = await folderWith({ 'plugin.json': '\uFEFF{}' });
    const refused = (path: string, message: string) =>
      expect(loadPluginFolder(path)).rejects.toMatchObject({ message: expect.stringContaining(message) });
    await refused(join(folder, 'echo'), 'begins with a mark of byte order');
    await refused(folder, 'plugin.json is missing');
    await refused(join(folder, 'nix'), 'there is no such folder');
    await refused(join(folder, 'echo', 'plugin.json'), 'it is a file: name the folder');
  });

  test('that is not JSON', async () => {
    const folder = await folderWith({ 'plugin.json': '{' });
    await expect(loadPlugins([folder])).rejects.toMatchObject({ code: 'SH_PLUGIN_MANIFEST_INVALID' });
  });

  test('whose id another plugin has', async () => {
    const folder = await folderWith({ 'plugin.ts': GOOD, 'twice.ts': TWICE });
    await cp(join(folder, 'echo'), join(folder, 'copy'), { recursive: true });
    await expect(loadPlugins([folder])).rejects.toMatchObject({
      code: 'SH_PLUGIN_MANIFEST_INVALID',
      message: expect.stringContaining('"echo" is taken'),
    });
  });
});

describe('code is refused', () => {
  test('that is not where the manifest says', async () => {
    await expect(loadPlugins([await folderWith({}, { entrypoint: 'main.ts' })])).rejects.toMatchObject({
      code: 'SH_PLUGIN_LOAD_FAILED',
      message: expect.stringContaining('can not be loaded: there is no file "main.ts"'),
    });
  });

  const exports = 'export default { analyze() {} };';
  test.each([
    ["Node's modules", `import 'node:fs'; ${exports}`, 'node:fs'],
    ['packages', `import 'semver'; ${exports}`, 'semver'],
    ['a file outside its folder', `import '../../other.ts'; ${exports}`, '../../other.ts'],
    ['an absolute path', `import '/etc/hostname'; ${exports}`, '/etc/hostname'],
    [
      'a file by URL',
      `import x from 'file:///etc/hostname' with { type: 'text' }; ${exports}`,
      'file:///etc',
    ],
    ['data: modules', `import 'data:text/javascript,1'; ${exports}`, 'data:'],
    ['remote modules', `import 'https://example.com/x.ts'; ${exports}`, 'example.com'],
    ['its own file as text', `import x from './plugin.json' with { type: 'text' }; ${exports}`, 'attribute'],
    ['a dynamic import of a package', `await import('semver'); ${exports}`, 'semver'],
  ])('that imports %s', async (_, code, name) => {
    await expect(loadPlugins([await folderWith({ 'plugin.ts': code })])).rejects.toMatchObject({
      code: 'SH_PLUGIN_LOAD_FAILED',
      message: expect.stringContaining(name),
    });
  });

  test.each([
    ['without a default export', 'export const analyze = 1;', 'no default export'],
    ['with a syntax error, naming file and line', 'export default {\n  analyze( {\n', 'plugin.ts:3'],
  ])('%s', async (_, code, reason) => {
    await expect(loadPlugins([await folderWith({ 'plugin.ts': code })])).rejects.toMatchObject({
      code: 'SH_PLUGIN_LOAD_FAILED',
      message: expect.stringContaining(reason),
    });
  });

  test('with a symbolic link anywhere in its folder, or as its folder', async () => {
    const folder = await folderWith({ 'plugin.ts': GOOD });
    await symlink(join(root, 'secret.ts'), join(folder, 'echo', 'twice.ts'));
    await expect(loadPlugins([folder])).rejects.toMatchObject({
      code: 'SH_PLUGIN_LOAD_FAILED',
      message: expect.stringContaining('symbolic link'),
    });
    const other = join(root, 'linked');
    await mkdir(other);
    await symlink(join(await folderWith({ 'plugin.ts': exports }), 'echo'), join(other, 'echo'));
    await expect(loadPlugins([other])).rejects.toMatchObject({ code: 'SH_PLUGIN_LOAD_FAILED' });
  });

  test('never, where an import is computed; it just does not resolve', async () => {
    const code = `export default { async analyze() { await import(['node', 'fs'].join(':')); } };`;
    const [plugin] = await loadPlugins([await folderWith({ 'plugin.ts': code })]);
    expect(plugin?.bundle).not.toMatch(/\bimport\(/);
  });
});

describe('a plugin fits an engine', () => {
  const asking = async (requires: Partial<PluginManifest['requires']>): Promise<PluginManifest> => {
    const manifest = await echoManifest();
    return { ...manifest, requires: { ...manifest.requires, ...requires } };
  };

  test.each([
    ['>=0.1.0', [], undefined],
    ['^0.2.0', [], 'it needs an engine ^0.2.0, this is 0.1.0'],
    ['*', ['finding.v1', 'plugin_output.v1'], undefined],
    ['*', ['finding.v9'], 'it needs finding.v9, which this engine does not know'],
  ])('with the range %s and the schemas %j: %s', async (engine_semver, schema_versions, reason) => {
    expect(incompatibility(await asking({ engine_semver, schema_versions }), '0.1.0')).toBe(reason);
  });
});

test('code that imports a module of Node is refused by the bundler, also where it does so later', async () => {
  const code = `export default { async analyze() { await import('node:net'); } };`;
  await expect(loadPlugins([await folderWith({ 'plugin.ts': code })])).rejects.toMatchObject({
    code: 'SH_PLUGIN_LOAD_FAILED',
    message: expect.stringContaining('node:net'),
  });
});
