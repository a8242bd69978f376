import { statSync } from 'node:fs';
import { HarnessError, isSystemError, messageOf } from '../base/index.ts';

/** Refuses a file that must not be written: a directory, or one that exists. Throws SH_OUT_FILE_…. */
export function refuseOutFile(path: string, { overwrite }: { readonly overwrite: boolean }): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory())
    throw new HarnessError('SH_OUT_FILE_UNUSABLE', { path, reason: 'it is a directory' });
  if (!overwrite && found) throw new HarnessError('SH_OUT_FILE_EXISTS', { path });
}

/** What the system says when a file can't be written there, as the error that the operator can act on. */
export function asUnusable(error: unknown, path: string): unknown {
  if (!isSystemError(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EISDIR', 'EROFS', 'ENAMETOOLONG')) {
    return error;
  }
  const reason = messageOf(error).replace(/, \w+ '.*$/s, '');
  return new HarnessError('SH_OUT_FILE_UNUSABLE', { path, reason }, { cause: error });
}
