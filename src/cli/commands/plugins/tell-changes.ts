import type { PluginChange, PluginChanges } from '../../../engine/index.ts';
import type { CommonOptions } from '../../options.ts';
import { printable, type Terminal } from '../../terminal.ts';

/** What was done to plugins, as JSON or a line each. */
export function tellChanges(
  terminal: Pick<Terminal, 'out'>,
  changes: PluginChanges,
  { json }: CommonOptions,
): void {
  if (json) terminal.out(`${JSON.stringify(changes)}\n`);
  else terminal.out(printable(changes.changes.map(changeText).join('')));
}

function changeText(change: PluginChange): string {
  const note = change.note === '' ? '' : `  ${change.note}\n`;
  return `${sentenceOf(change)}\n${note}`;
}

function sentenceOf({
  change,
  id,
  version,
  active_version,
  previous_version,
  enabled,
}: PluginChange): string {
  switch (change) {
    case 'installed':
    case 'updated':
      return `${id} ${version} is installed and active${before(previous_version)}.`;
    case 'repaired':
      return `${id} ${version} is whole again.`;
    case 'unchanged':
      return version === null
        ? `${id} is ${enabled ? 'enabled' : 'disabled'} already; nothing was changed.`
        : `${id} ${version} is ${active_version === version ? 'installed and active' : 'installed'} already, with the same bytes; nothing was changed.`;
    case 'rolled_back':
      return `${id} ${active_version} is active${before(previous_version)}.`;
    case 'enabled':
      return `${id} is enabled.`;
    case 'disabled':
      return `${id} is disabled: it is in no run until it is enabled again.`;
    case 'removed':
      return `${id} ${version} is removed.`;
  }
}

function before(previous: string | null): string {
  return previous === null ? '' : `; before it was ${previous}`;
}
