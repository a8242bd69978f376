import { readFile, stat } from 'node:fs/promises';
import { parse, parseDocument } from 'yaml';
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

/** The most that a file of the operator may hold, in bytes. */
const LARGEST = 16_000_000;

/**
 * Reads a YAML or JSON document that may come from anywhere: a key that stands there twice, a tag, aliases that unfold
 * without end, or a second document are refused with their place. Throws SH_CONFIG_UNREADABLE.
 */
export async function loadForeign(path: string): Promise<unknown> {
  const refuse = (reason: string): HarnessError => new HarnessError('SH_CONFIG_UNREADABLE', { path, reason });
  try {
    if ((await stat(path)).size > LARGEST) throw refuse(`it has more than ${LARGEST} bytes`);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    const document = parseDocument(text);
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw refuse(problem.message.split('\n')[0] ?? '');
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw error instanceof HarnessError ? error : refuse(messageOf(error));
  }
}
