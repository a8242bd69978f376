import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testPlugins } from '../run/command.ts';

/** The folder with `waits_a_while`, which waits until it is cancelled or killed here, and uses no processor meanwhile. */
export function patientPlugin(folder: string): string {
  const plugin = join(folder, 'plugins', 'waits_a_while');
  cpSync(join(testPlugins, 'waits_a_while'), plugin, { recursive: true });
  const change = (name: string, from: RegExp, to: string): void => {
    const file = join(plugin, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  };
  change('plugin.ts', /5_000/, '300_000');
  change('plugin.json', /"wall_s": \d+/, '"wall_s": 600');
  return join(folder, 'plugins');
}
