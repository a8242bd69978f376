import { existsSync } from 'node:fs';

/** A path, and no id of a run: ids have neither dots nor separators, nor other letters than those of hex digits. */
export function isPath(text: string): boolean {
  return /[./\\]/.test(text) || (!/^(latest|[0-9a-f]+)$/i.test(text) && existsSync(text));
}
