import { resolve } from 'node:path';
import { commandLine, defaultAppdata } from '../base/index.ts';
import type { CommonOptions } from './options.ts';

/** A command on the appdata of another, as it can be typed. */
export function typedCommand(words: readonly string[], { appdata }: Pick<CommonOptions, 'appdata'>): string {
  return commandLine(words, { root: resolve(appdata ?? defaultAppdata()) });
}

/** A hint whose commands, which stand in quotes, work on the appdata that was named on the command line. */
export function withAppdata(hint: string, args: readonly string[]): string {
  const at = args.findIndex((arg) => arg === '--appdata' || arg.startsWith('--appdata='));
  const appdata = args[at]?.startsWith('--appdata=') ? args[at].slice('--appdata='.length) : args[at + 1];
  if (at === -1 || appdata === undefined) return hint;
  const named = typedCommand([], { appdata }).slice('stat-harness'.length);
  return hint.replace(/"(stat-harness [^"]+)"/g, (whole, line: string) => {
    if (/^stat-harness synth|--appdata|--help/.test(line)) return whole;
    return named.includes('"') ? `${line}${named}` : `"${line}${named}"`;
  });
}
