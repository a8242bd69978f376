import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { HarnessError, messageOf } from '../base/index.ts';
import { UnexpectedValue } from './row.ts';

// Primary result codes, https://www.sqlite.org/rescode.html
const ERROR = 1;
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
  if (error instanceof UnexpectedValue) return stateCorrupt(path, reason, options);
  switch (primaryCode(error)) {
    case CORRUPT:
    case NOTADB:
      return stateCorrupt(path, reason, options);
    case BUSY:
    case LOCKED:
      return new HarnessError('SH_STATE_BUSY', { path }, options);
    case FULL:
      return new HarnessError('SH_DISK_FULL', { path }, options);
    case ERROR:
      return isLostSchema(reason) ? stateCorrupt(path, reason, options) : error;
    case READONLY:
      if (isWritable(path) && isWritable(dirname(path)))
        return stateCorrupt(path, 'its header forbids to write to it', options);
      return new HarnessError('SH_APPDATA_READ_ONLY', { path, reason }, options);
    case IOERR:
    case CANTOPEN:
      return new HarnessError('SH_APPDATA_UNUSABLE', { path, reason }, options);
    default:
      return error;
  }
}

/** SH_STATE_CORRUPT; whoever knows the appdata offers the repair in place of this hint. */
export function stateCorrupt(path: string, reason: string, options?: ErrorOptions): HarnessError {
  const repair = 'Run "stat-harness doctor": it says what can be done. Nothing is recreated in silence.';
  return new HarnessError('SH_STATE_CORRUPT', { path, reason, repair }, options);
}

/** The statements are fixed and fit the schema, so a name that SQLite does not find was there once. */
function isLostSchema(reason: string): boolean {
  return /^no such (table|column|index)|^unsupported file format|^malformed/.test(reason);
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The primary code (low 8 bits) of an error of SQLite; undefined for other errors. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
