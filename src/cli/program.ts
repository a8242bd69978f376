import { Command, CommanderError } from 'commander';
import { HarnessError, messageOf, redact } from '../base/index.ts';
import type { CommandContext } from './command-context.ts';
import { backupCommand } from './commands/backup.ts';
import { datasetCommands } from './commands/datasets.ts';
import { diagCommand } from './commands/diag.ts';
import { doctorCommand } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { gcCommand } from './commands/gc.ts';
import { ingestCommand } from './commands/ingest.ts';
import { pluginCommands } from './commands/plugins.ts';
import { replayCommand } from './commands/replay.ts';
import { restoreCommand } from './commands/restore.ts';
import { retentionCommand } from './commands/retention.ts';
import { runCommand } from './commands/run.ts';
import { runsCommands } from './commands/runs.ts';
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
  try {
    await buildProgram(context, version).parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return report(error, args, safe);
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
    pluginCommands,
    replayCommand,
    verifyCommand,
    exportCommand,
    diagCommand,
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

function report(error: unknown, args: readonly string[], terminal: Terminal): number {
  const asJson = args.includes('--json');
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    if (asJson)
      terminal.out(
        `${JSON.stringify({ error: { code: 'SH_USAGE_INVALID', message: error.message.replace(/^error: /, '') } })}\n`,
      );
    return 2;
  }
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
