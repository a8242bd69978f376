import { Argument, Command, Option } from 'commander';
import { HarnessError } from '../../../base/index.ts';
import {
  type App,
  type ApprovalEntry,
  approvePlugin,
  listApprovals,
  revokeApprovals,
} from '../../../engine/index.ts';
import { scopeText } from '../../capability-words.ts';
import type { CommandContext } from '../../command-context.ts';
import {
  appdataOption,
  collected,
  jsonOption,
  type PluginFolderOptions,
  pluginDirectoryOption,
  withApp,
  withNewApp,
} from '../../options.ts';
import { printable, table } from '../../terminal.ts';
import { short } from '../../words.ts';

interface ApproveOptions extends PluginFolderOptions {
  readonly host?: string[];
  readonly dataset?: string;
  readonly list?: boolean;
  readonly revoke?: boolean;
}

const CAPABILITIES = ['network', 'full_load', 'artifacts.write', 'dataset.read', 'gpu'] as const;
type Named = (typeof CAPABILITIES)[number] | undefined;

/** `plugins approve`: consent to a capability of a plugin, see what was consented to, withdraw it. */
export function approve({ terminal }: CommandContext): Command {
  return new Command('approve')
    .description("Consent to a capability of a plugin's code as it is now; --list shows, --revoke withdraws.")
    .argument('[plugin]', 'its id')
    .addArgument(new Argument('[capability]', 'what it may use').choices(CAPABILITIES))
    .addOption(
      new Option('--host <host>', 'a host, or host:port, that it may reach; may be given again').argParser(
        collected,
      ),
    )
    .option('--dataset <name>', 'for this dataset only (default: for all)')
    .addOption(new Option('--revoke', 'withdraw what was approved').conflicts(['list', 'host']))
    .addOption(new Option('--list', 'show every approval in force').conflicts('host'))
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(pluginDirectoryOption())
    .addHelpText(
      'after',
      '\nExample:\n  stat-harness plugins approve my_plugin network --host api.example.com:443 --dataset orders',
    )
    .action(async (id: string | undefined, capability: Named, options: ApproveOptions) => {
      const open = options.list === true || options.revoke === true ? withApp : withNewApp;
      const { value, text } = await open(options, (app) => act(app, id, capability, options));
      terminal.out(options.json ? `${JSON.stringify(value)}\n` : printable(text));
    });
}

/** What was done, as a document and in words. */
async function act(
  app: App,
  id: string | undefined,
  capability: Named,
  { list, revoke, host = [], dataset, pluginDir = [] }: ApproveOptions,
): Promise<{ readonly value: unknown; readonly text: string }> {
  if (list === true) {
    const approvals = await listApprovals(app, pluginDir);
    return { value: approvals, text: listText(approvals) };
  }
  if (id === undefined) throw usage('a plugin is missing, or --list');
  if (revoke === true) {
    const revoked = revokeApprovals(app, { id, dataset, ...(capability && { capability }) });
    return { value: revoked, text: revoked.map((one) => `Revoked: ${approvalText(one)}.\n`).join('') };
  }
  if (capability === undefined) throw usage('the capability is missing');
  const approval = await approvePlugin(app, {
    id,
    capability,
    dataset,
    hosts: host,
    pluginFolders: pluginDir,
  });
  const use = capability === 'network' ? ` A run uses it with --allow-network ${id}.` : '';
  const note = approval.note === '' ? '' : ` ${approval.note}`;
  const value = { schema_version: 'approval.v1', ...approval };
  return { value, text: `Approved: ${approvalText(approval)}.${use}${note}\n` };
}

type Shown = Omit<ApprovalEntry, 'holds'>;

function approvalText(one: Shown): string {
  const code = `${one.plugin_id} ${one.plugin_version} (code ${short(one.code_sha256)})`;
  return `${whatText(one)} for ${code}, for ${scopeText(one)}, by ${one.approved_by}`;
}

function whatText({ capability, hosts }: Shown): string {
  return hosts.length === 0 ? capability : `${capability} (${hosts.join(', ')})`;
}

const HOLDS = {
  in_force: 'in force',
  other_code: 'for other code than it has now',
  absent: 'not installed, nor in a --plugin-dir named here',
} as const;

function listText(approvals: readonly ApprovalEntry[]): string {
  if (approvals.length === 0) return 'Nothing is approved beyond the profiles of the types.\n';
  const rows = approvals.map((one) => [
    `${one.plugin_id} ${one.plugin_version}`,
    whatText(one),
    scopeText(one),
    `${one.approved_by}, ${one.approved_at}`,
    HOLDS[one.holds],
  ]);
  return table([['plugin', 'may', 'for', 'approved by', ''], ...rows]);
}

function usage(problem: string): HarnessError {
  return new HarnessError('SH_USAGE_INVALID', { problem, command: 'plugins approve' });
}
