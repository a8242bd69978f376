import { Command } from 'commander';
import {
  type AddedIssue,
  addIssue,
  type CheckedIssues,
  checkIssues,
  issueWords,
  removeIssue,
  showErp,
} from '../../../engine/index.ts';
import type { CommandContext } from '../../command-context.ts';
import { appdataOption, type CommonOptions, jsonOption, withApp } from '../../options.ts';
import { documentText, printable, table } from '../../terminal.ts';

export function issues(context: CommandContext): Command {
  const group = new Command('issues').description(
    'What you know already: each run says whether it holds, and what is new stands out.',
  );
  for (const make of [list, add, check, remove]) group.addCommand(make(context));
  return group;
}

function list({ terminal }: CommandContext): Command {
  return new Command('list')
    .description('The known issues of an ERP, each with what confirms it.')
    .argument('<erp>', 'its name')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .action(async (name: string, options: CommonOptions) => {
      const { erp } = await withApp(options, async (app) => showErp(app, name));
      if (options.json) return terminal.out(`${JSON.stringify(erp.known_issues)}\n`);
      const rows = erp.known_issues.map(({ id, strict, sentence, condition }) => [
        id,
        strict ? 'strict' : '',
        sentence,
        issueWords(condition),
      ]);
      const text =
        rows.length === 0
          ? `The ERP "${erp.name}" knows of no issue yet.\n`
          : table([['id', '', 'sentence', 'confirmed by'], ...rows]);
      terminal.out(printable(text));
    });
}

interface AddOptions extends CommonOptions {
  readonly title?: string;
  readonly strict?: boolean;
  readonly yes?: boolean;
}

function add({ terminal }: CommandContext): Command {
  return new Command('add')
    .description('Makes a sentence into a condition and shows it; --yes keeps it.')
    .argument('<erp>', 'its name')
    .argument('<sentence>', 'what you know, in plain English')
    .option('--title <text>', 'a short name (default: the sentence)')
    .option('--strict', 'a run in which it is not confirmed says so loudly')
    .option('--yes', 'the condition is what you mean: keep it')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  stat-harness erps issues add quorum "QEMAIL waits more than 20 hours over the threshold" --yes',
    )
    .action(async (erp: string, sentence: string, { title, strict, yes, ...options }: AddOptions) => {
      const added = await withApp(options, (app) =>
        addIssue(app, {
          ...{ erp, sentence, strict: strict === true, confirmed: yes === true },
          ...(title !== undefined && { title }),
        }),
      );
      terminal.out(options.json ? documentText('known_issue_added.v1', added) : printable(addedText(added)));
    });
}

function addedText({ issue, stored, erp, same_as, tried }: AddedIssue): string {
  const now =
    tried === null
      ? `  the ERP "${erp}" has no finished run to try it on\n`
      : `  the newest run (${tried.run_id}) says ${tried.outcome}: ${tried.reason}\n`;
  const what = `${issue.sentence}\n  is confirmed by: ${issueWords(issue.condition)}\n${now}`;
  if (same_as !== null)
    return `${what}The ERP "${erp}" knows that already, as ${same_as}. Nothing was kept.\n`;
  return stored
    ? `${what}Kept as ${issue.id} of the ERP "${erp}".\n`
    : `${what}Nothing was kept. If that is what you mean, say it again with --yes.\n`;
}

function check(context: CommandContext): Command {
  return new Command('check')
    .description(
      'What a finished run says of the issues as they are now; fails where a strict one does not hold.',
    )
    .argument('<erp>', 'its name')
    .argument('[run]', 'id of a run, or the start of it (default: the newest of the ERP)')
    .option('--sentence <text>', 'try a sentence instead of the issues that are kept')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .action(async (erp: string, run: string | undefined, options: CommonOptions & { sentence?: string }) => {
      const { sentence } = options;
      const checked = await withApp(options, (app) =>
        checkIssues(app, {
          ...{ erp },
          ...(run !== undefined && { run }),
          ...(sentence !== undefined && { sentence }),
        }),
      );
      context.terminal.out(
        options.json ? documentText('known_issues_checked.v1', checked) : printable(checkedText(checked)),
      );
      if (checked.known_issues.some(({ strict, outcome }) => strict && outcome !== 'confirmed'))
        context.exit(1);
    });
}

function checkedText({ run_id, known_issues }: CheckedIssues): string {
  const rows = known_issues.map(({ outcome, id, sentence, condition, reason }) => [
    outcome,
    id,
    `${sentence} (${issueWords(condition)}): ${reason}`,
  ]);
  return rows.length === 0 ? 'No issue is known.\n' : `run ${run_id}\n${table(rows)}`;
}

function remove({ terminal }: CommandContext): Command {
  return new Command('remove')
    .description('Takes a known issue out of an ERP; what runs have said of it stays.')
    .argument('<erp>', 'its name')
    .argument('<id>', 'its id in the list')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .action(async (erp: string, id: string, options: CommonOptions) => {
      const removed = await withApp(options, async (app) => removeIssue(app, erp, id));
      terminal.out(
        options.json ? documentText('known_issue.v1', removed) : printable(`${removed.id} is taken out.\n`),
      );
    });
}
