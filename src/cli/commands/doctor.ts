import { Command } from 'commander';
import { type Damage, type Diagnosis, damageText, diagnose } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, appOptions, type CommonOptions, jsonOption, quietOption } from '../options.ts';
import { progressDisplay } from '../progress.ts';
import { printable, table } from '../terminal.ts';

export function doctorCommand(context: CommandContext): Command {
  return new Command('doctor')
    .description('Say what is damaged, which runs and datasets that touches, and what to do about it.')
    .option('--full', 'compare every byte of every file, and every stored value, with what was recorded')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', '\nExample:\n  stat-harness doctor --full')
    .action(async (options: CommonOptions & { full?: boolean }) => doctor(options, context));
}

async function doctor(
  options: CommonOptions & { full?: boolean },
  { terminal, exit }: CommandContext,
): Promise<void> {
  const progress = progressDisplay(terminal, options.quiet === true);
  try {
    const found = await diagnose({
      ...appOptions(options),
      full: options.full === true,
      onProgress: (event) => progress.show(event),
    });
    progress.end();
    terminal.out(options.json ? `${JSON.stringify(found)}\n` : printable(diagnosisText(found)));
    exit(found.ok ? 0 : 4);
  } finally {
    progress.end();
  }
}

function diagnosisText(found: Diagnosis): string {
  const { newest_backup, drive } = found;
  const facts = [
    ['appdata', found.appdata],
    ['runs', found.runs === null ? 'not to be read' : String(found.runs)],
    [
      'compared',
      `${found.files_checked} files${found.full ? '' : ' (at a glance; --full compares every byte)'}`,
    ],
    [
      'newest backup',
      newest_backup === null ? 'none' : `${newest_backup.taken_at} (${ageOf(newest_backup.age_hours)})`,
    ],
    ['drive', driveText(drive)],
    ...found.under_way.map(({ what, owner, state, since }) => [
      state === 'dead' ? 'left behind' : 'under way',
      `${what}, since ${since}, by process ${owner}${OWNERS[state]}`,
    ]),
    ...sandboxRows(found),
    ['verdict', verdictOf(found)],
  ];
  const damages = found.damages.map(damageLines);
  const warnings = found.warnings.map(({ text, repair }) => `warning: ${text}\n  what to do: ${repair}\n`);
  return [table(facts), ...damages, ...warnings].join('');
}

/** The layers in force between plugins and this machine, and a row for each that is not. */
function sandboxRows({ sandbox }: Diagnosis): [string, string][] {
  const inForce = sandbox.filter(({ in_force }) => in_force).map(({ layer }) => layer);
  const missing = sandbox.filter(({ in_force }) => !in_force);
  return [
    ['sandbox', inForce.join(', ')],
    ...missing.map(({ layer, why_not }): [string, string] => ['not in force', `${layer}: ${why_not}`]),
  ];
}

function ageOf(hours: number | null): string {
  return hours === null ? 'by a clock that was set back since' : `${hours} hours old`;
}

/** What is known of the process that holds something. */
const OWNERS: Readonly<Record<Diagnosis['under_way'][number]['state'], string>> = {
  alive: '',
  dead: ', which is gone: whoever needs it next takes it over',
  foreign: ', which can not be seen from here',
};

function verdictOf({ ok, damages }: Diagnosis): string {
  if (ok) return 'nothing is damaged';
  return damages.length === 1 ? 'DAMAGED: one thing' : `DAMAGED: ${damages.length} things`;
}

function damageLines(damage: Damage): string {
  const touches = damage.touches.length === 0 ? '' : `  touches: ${damage.touches.join(', ')}\n`;
  return `${damageText(damage)}\n${touches}  what to do: ${damage.repair}\n`;
}

function driveText({ type, verdict, encrypted, free_bytes }: Diagnosis['drive']): string {
  const space = free_bytes === null ? [] : [`${(free_bytes / 1e9).toFixed(1)} GB free`];
  const crypt =
    encrypted === null ? 'encryption not to be seen from here' : encrypted ? 'encrypted' : 'not encrypted';
  return [...(type === '' ? [] : [type]), verdict, ...space, crypt].join(', ');
}
