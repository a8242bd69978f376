import { resolve } from 'node:path';
import { commandLine, defaultAppdata } from '../../base/index.ts';
import type { Allowed } from '../../pipeline/index.ts';
import type { Approval } from '../../state/index.ts';
import type { App } from '../app.ts';

/** What a run was told about plugins on its command line. */
interface Told {
  /** Plugins that it lets into the network, as far as that is approved; none, if left out. */
  readonly allowNetwork?: readonly string[];
  /** Folders of plugins besides the built-in ones. */
  readonly pluginFolders: readonly string[];
}

/** What the operator allows in this appdata, where there is one, and this run. Throws SH_STATE_CORRUPT where something else wrote an approval. */
export function allowedIn(app: App | undefined, { allowNetwork = [], pluginFolders }: Told): Allowed {
  const folders = pluginFolders.flatMap((folder) => ['--plugin-dir', resolve(folder)]);
  return {
    approvals: app === undefined ? [] : trustedApprovals(app),
    network: allowNetwork,
    commandLine: (words) => commandLine([...words, ...folders], app?.paths ?? { root: defaultAppdata() }),
  };
}

/** The approvals in force, none of which was written or changed by another program. */
export function trustedApprovals({ state }: Pick<App, 'state'>): readonly Approval[] {
  const approvals = state.approvals.all();
  const plugins = new Set(approvals.map(({ plugin_id }) => plugin_id));
  state.refuseChanged([...plugins].map((value) => ({ table: 'approvals', column: 'plugin_id', value })));
  return approvals;
}
