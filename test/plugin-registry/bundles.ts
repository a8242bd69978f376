import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import type { PluginManifest } from '../../src/contract/index.ts';
import { testPlugins } from '../run/command.ts';
import { say } from '../run/say.ts';

export const ID = 'counts_rows';

/** Writes a version of a plugin that counts rows, and says so in words of that version as what it derived; returns its folder. */
export function writePlugin(folder: string, version: string, changes: Partial<PluginManifest> = {}): string {
  const target = join(folder, `${changes.id ?? ID}-${version}`, changes.id ?? ID);
  mkdirSync(join(target, '..'), { recursive: true });
  cpSync(join(testPlugins, ID), target, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(target, 'plugin.json'), 'utf8')) as PluginManifest;
  writeFileSync(join(target, 'plugin.json'), JSON.stringify({ ...manifest, version, ...changes }, null, 2));
  const code = readFileSync(join(target, 'plugin.ts'), 'utf8');
  const derived = code
    .replace('The table has {rows}.', sayingOf(version))
    .replace("counted.cell(0, 'n')", DERIVED);
  writeFileSync(join(target, 'plugin.ts'), derived);
  writeFileSync(join(target, 'README.md'), `# Counts rows ${version}\n`);
  return target;
}

/** A number that only executing the plugin again can check. */
const DERIVED =
  "ctx.derivation({ method: 'counting', values: { n: Number(counted.text(0, 'n')) }, inputs: [counted] }).value('n')";

/** What a version says of a table; a statement holds no digits of its own. */
export function sayingOf(version: string): string {
  return `Counted in the ${version.startsWith('1') ? 'old' : 'new'} way: {rows}.`;
}

/** Packs a version of that plugin with the command line; returns the path of the bundle. */
export async function packVersion(
  folder: string,
  version: string,
  changes: Partial<PluginManifest> = {},
): Promise<string> {
  const path = join(folder, `${changes.id ?? ID}-${version}.shplugin.zip`);
  await done(['plugins', 'pack', writePlugin(folder, version, changes), '--out', path]);
  return path;
}

/** What a command that must succeed prints as JSON. */
export async function done<T>(args: readonly string[]): Promise<T> {
  const said = await say([...args, '--json']);
  expect(said.code, said.out + said.err).toBe(0);
  return JSON.parse(said.out) as T;
}

/** The error of a command that must fail. */
export async function refused(args: readonly string[]): Promise<{
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly exit: number;
}> {
  const said = await say([...args, '--json']);
  expect(said.code, said.out + said.err).not.toBe(0);
  const { error } = JSON.parse(said.out) as { error: { code: string; message: string; hint: string } };
  return { ...error, exit: said.code };
}

/** Every file and folder of an appdata with its hash; of the database and its lock only that they are there. */
export function treeOf(appdata: string): Record<string, string> {
  const names = readdirSync(appdata, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names
      // each process has folders of its own there, empty once it is done
      .filter((name) => !/^(tmp|quarantine)[/\\][^/\\]+$/.test(name))
      .map((name) => {
        const path = join(appdata, name);
        const isContent = statSync(path).isFile() && !/^(state\.sqlite|open\.lock)/.test(name);
        return [name, isContent ? sha256(readFileSync(path)) : ''];
      }),
  );
}
