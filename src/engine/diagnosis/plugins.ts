import { commandLine } from '../../base/index.ts';
import type { Appdata } from '../app.ts';
import type { Damage } from '../damage.ts';
import { alteredFiles, repairsOf } from '../plugins/installed.ts';
import { comparePluginFolders } from '../plugins/plugin-folders.ts';
import { type Findings, findings, type Warning } from './findings.ts';

/** Every file of every installed version against its hash, and the folders that no row knows. They are small. */
export async function examinePlugins(app: Appdata): Promise<Findings> {
  const versions = app.state.plugins.versions();
  const damages = await Promise.all(
    versions.map(async (row): Promise<Damage[]> => {
      const { install, remove, disable } = repairsOf(app, row);
      return (await alteredFiles(app, row)).map(({ path, expected, found }) => ({
        kind: 'file',
        what: 'The file of an installed plugin',
        ...{ path, expected, found },
        touches: [`plugin ${row.plugin_id} ${row.version}`],
        repair: `Put it back from its bundle: ${install}\nOr remove it: ${remove}\nOr take it out of all runs: ${disable}`,
      }));
    }),
  );
  const { unknown } = await comparePluginFolders(app);
  const warnings = unknown.map(
    ({ path }): Warning => ({
      text: `${path} holds a plugin that the database does not know`,
      repair:
        `List it again, once it was found whole: ${commandLine(['plugins', 'install', path], app.paths)}\n` +
        `Otherwise it goes with the garbage, once nothing in it changed for the grace time: ${commandLine(['gc'], app.paths)}`,
    }),
  );
  const files = versions.reduce((sum, { document }) => sum + document.files.length + 1, 0);
  return findings({ damages: damages.flat(), warnings, files });
}
