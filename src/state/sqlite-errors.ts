import { HarnessError, messageOf } from '../base/index.ts';
import { UnexpectedValue } from './row.ts';

// Primary result codes, https://www.sqlite.org/rescode.html
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** Damage, a full disk, a locked or unusable file become errors that the operator can act on; anything else stays. */
export function asStateError(error: unknown, path: string): unknown {
  const options = { cause: error };
  const reason = messageOf(error);
  if (error instanceof UnexpectedValue)
    return new HarnessError('SH_STATE_CORRUPT', { path, reason }, options);
  switch (primaryCode(error)) {
    case CORRUPT:
    case NOTADB:
      return new HarnessError('SH_STATE_CORRUPT', { path, reason }, options);
    case BUSY:
    case LOCKED:
      return new HarnessError('SH_STATE_BUSY', { path }, options);
    case FULL:
      return new HarnessError('SH_DISK_FULL', { path }, options);
    case READONLY:
    case IOERR:
    case CANTOPEN:
      return new HarnessError('SH_APPDATA_UNUSABLE', { path, reason }, options);
    default:
      return error;
  }
}

/** The primary code (low 8 bits) of an error of SQLite; undefined for other errors. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
