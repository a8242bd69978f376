import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { HarnessError, messageOf } from '../base/index.ts';

/** Reads a YAML or JSON document. Throws SH_CONFIG_UNREADABLE. */
export async function load(path: string): Promise<unknown> {
  try {
    return parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new HarnessError('SH_CONFIG_UNREADABLE', { path, reason: messageOf(error) }, { cause: error });
  }
}

/** A setting's value as it stands on the command line: a number, true, a list …, or else a text. */
export function parseSetting(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}
