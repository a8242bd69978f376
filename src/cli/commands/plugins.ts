import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { approve } from './plugins/approve.ts';
import { install, pack, update } from './plugins/bundles.ts';
import { health } from './plugins/health.ts';
import { knownBad } from './plugins/known-bad.ts';
import { list, show } from './plugins/look.ts';
import { disable, enable, remove, rollback } from './plugins/manage.ts';
import { create } from './plugins/new.ts';
import { profiles } from './plugins/profiles.ts';
import { validate } from './plugins/validate.ts';

/** The commands of the group, in the order in which help shows them; a file in `plugins/` holds a few of them. */
const COMMANDS = [
  ...[list, show, install, update, rollback, enable, disable, approve, remove],
  ...[profiles, knownBad, create, validate, health, pack],
];

export function pluginCommands(context: CommandContext): Command {
  const group = new Command('plugins').description(
    'Look at the plugins, install them and choose which of them run.',
  );
  for (const make of COMMANDS) group.addCommand(make(context));
  return group;
}
