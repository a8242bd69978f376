import { HarnessError, messageOf } from '../../base/index.ts';
import { damaged } from '../zip/refusals.ts';
import { XmlError } from './xml-text.ts';

export function unsupported(path: string, format: string): HarnessError {
  return new HarnessError('SH_INPUT_FORMAT_UNSUPPORTED', { path, format });
}

/** Runs `work` on one part of a package; what breaks the rules of XML there becomes `SH_INPUT_DAMAGED`. */
export async function readingPart<T>(shownPath: string, part: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asDamaged(error, shownPath, part);
  }
}

export function asDamaged(error: unknown, shownPath: string, part: string): unknown {
  return error instanceof XmlError ? damaged(shownPath, `${part}: ${messageOf(error)}`, error) : error;
}
