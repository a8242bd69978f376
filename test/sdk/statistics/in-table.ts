import { readFile } from 'node:fs/promises';
import type { PluginManifest, RoleBinding } from '../../../src/contract/index.ts';
import type { Context } from '../../../src/sdk/index.ts';
import { type Table, withTable } from '../../plugins/make-table.ts';
import { runLoaded } from '../../plugins/run-in-process.ts';

/** What a function sees in the context of a plugin that runs over a table. */
export async function inTable<T>(
  table: Table,
  roles: readonly RoleBinding[],
  look: (ctx: Context) => Promise<T>,
): Promise<T> {
  const manifest = JSON.parse(
    await readFile(new URL('../../../fixtures/plugins/echo/plugin.json', import.meta.url), 'utf8'),
  ) as PluginManifest;
  const seen: T[] = [];
  const plugin = {
    async analyze(ctx: Context) {
      seen.push(await look(ctx));
    },
  };
  await withTable(table, (dataset) => runLoaded({ plugin, manifest }, dataset, roles));
  const [result] = seen;
  if (result === undefined) throw new Error('nothing was seen');
  return result;
}
