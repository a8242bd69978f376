import { type AppPaths, defaultAppdata } from './app-paths.ts';

/** A command of this program as it can be typed: with the appdata, unless it is the one that is found anyway. */
export function commandLine(words: readonly string[], { root }: Pick<AppPaths, 'root'>): string {
  const appdata = root === defaultAppdata() ? [] : ['--appdata', root];
  return ['stat-harness', ...words, ...appdata].map((word) => quoted(word)).join(' ');
}

/** A word as the shell of a platform takes it. */
export function quoted(word: string, platform: NodeJS.Platform = process.platform): string {
  if (/^[\w./:\\@%+=,-]+$/.test(word) && (platform === 'win32' || !word.includes('\\'))) return word;
  if (platform === 'win32') return `"${word.replaceAll('"', '\\"')}"`;
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`;
}
