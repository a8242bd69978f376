import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { create } from './erps/create.ts';
import { exportCommand, importCommand } from './erps/files.ts';
import { issues } from './erps/issues.ts';
import { list, show } from './erps/look.ts';
import { set } from './erps/set.ts';

export function erpCommands(context: CommandContext): Command {
  const group = new Command('erps').description(
    'What holds for every dataset of one ERP system: roles, defaults, known issues.',
  );
  const commands = [list, show, create, set, importCommand, exportCommand, issues];
  for (const make of commands) group.addCommand(make(context));
  return group;
}
