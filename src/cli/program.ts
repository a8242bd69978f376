import { Command, CommanderError } from 'commander';
import { HarnessError, messageOf, redact } from '../base/index.ts';
import type { CommandContext } from './command-context.ts';
import { backupCommand } from './commands/backup.ts';
import { datasetCommands } from './commands/datasets.ts';
import { diagCommand } from './commands/diag.ts';
import { doctorCommand } from './commands/doctor.ts';
import { erpCommands } from './commands/erps.ts';
import { evalCommand } from './commands/eval.ts';
import { exportCommand } from './commands/export.ts';
import { gcCommand } from './commands/gc.ts';
import { ingestCommand } from './commands/ingest.ts';
import { pluginCommands } from './commands/plugins.ts';
import { replayCommand } from './commands/replay.ts';
import { restoreCommand } from './commands/restore.ts';
import { retentionCommand } from './commands/retention.ts';
import { runCommand } from './commands/run.ts';
import { runsCommands } from './commands/runs.ts';
import { serveCommand } from './commands/serve.ts';
import { synthCommand } from './commands/synth.ts';
import { verifyCommand } from './commands/verify.ts';
import { anyDriveOption } from './options.ts';
import { printable, systemTerminal, type Terminal } from './terminal.ts';
import { withAppdata } from './typed-command.ts';

/** Runs one command line and gives its exit code. The only place that turns errors into exit codes. */
export async function runProgram(
  args: readonly string[],
  version: string,
  terminal = systemTerminal,
): Promise<number> {
  let code = 0;
  const safe = withoutSecrets(terminal);
  const context: CommandContext = { terminal: safe, exit: (wanted) => void (code = wanted) };
  const program = buildProgram(context, version);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return report(error, args, safe);
    return error.exitCode === 0 ? 0 : reportUsage(error, program, args, safe);
  }
}

/** A terminal that no secret reaches, whatever a message or a stack holds. */
function withoutSecrets(terminal: Terminal): Terminal {
  return {
    ...terminal,
    out: (text) => terminal.out(redact(text)),
    err: (text) => terminal.err(redact(text)),
  };
}

/** The whole command line; docs/reference/command-line.md is compared with its help by a test. */
export function buildProgram(context: CommandContext, version: string): Command {
  const program = new Command('stat-harness')
    .description('Turns a table into deterministic, citable insights. Everything stays on this machine.')
    .version(version)
    // --version behind a command is that command's own
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.terminal.out(text),
      writeErr: (text) => context.terminal.err(text),
    });
  const commands = [
    runCommand,
    ingestCommand,
    datasetCommands,
    runsCommands,
    erpCommands,
    pluginCommands,
    replayCommand,
    verifyCommand,
    evalCommand,
    exportCommand,
    diagCommand,
    (one: CommandContext) => serveCommand(one, version),
    doctorCommand,
    backupCommand,
    restoreCommand,
    retentionCommand,
    gcCommand,
    synthCommand,
  ];
  for (const command of commands) program.addCommand(inherit(command(context), program));
  return program;
}

function inherit(command: Command, program: Command): Command {
  command.copyInheritedSettings(program);
  if (command.options.some(({ long }) => long === '--appdata')) command.addOption(anyDriveOption());
  for (const inner of command.commands) inherit(inner, program);
  return command;
}

/** What is wrong with the words of a command line; commander has told it on stderr. */
function reportUsage(
  error: CommanderError,
  program: Command,
  args: readonly string[],
  terminal: Terminal,
): number {
  const problem = error.message.replace(/^error: /, '');
  const usage = new HarnessError('SH_USAGE_INVALID', { problem, command: commandIn(program, args) });
  if (args.includes('--json')) terminal.out(`${JSON.stringify({ error: usage.toDocument() })}\n`);
  const toldAlready = error.code === 'commander.help';
  if (!toldAlready) terminal.err(printable(`hint: ${usage.hint}\n`));
  return usage.exitCode;
}

/** The command that a command line begins with, such as `runs show`. */
function commandIn(command: Command, [word, ...words]: readonly string[]): string {
  const inner = command.commands.find((one) => one.name() === word);
  return inner === undefined ? '' : `${inner.name()} ${commandIn(inner, words)}`.trim();
}

function report(error: unknown, args: readonly string[], terminal: Terminal): number {
  const asJson = args.includes('--json');
  if (error instanceof HarnessError) {
    const hint = withAppdata(error.hint, args);
    if (asJson) terminal.out(`${JSON.stringify({ error: { ...error.toDocument(), hint } })}\n`);
    terminal.err(printable(`error: ${error.message}\n`) + printable(`hint: ${hint}\n`));
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
  if (asJson) terminal.out(`${JSON.stringify({ error: { code: 'SH_BUG', message: messageOf(error) } })}\n`);
  terminal.err(`This is a bug in Statistic Harness. Please report it with these lines:\n${stack}\n`);
  return 1;
}
