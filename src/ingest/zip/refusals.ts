import { HarnessError } from '../../base/index.ts';

/** A file that can't be read to its end, or that contradicts itself. */
export function damaged(path: string, reason: string, cause?: unknown): HarnessError {
  return new HarnessError('SH_INPUT_DAMAGED', { path, reason }, { cause });
}

/** A file that would take far more room than it shows. */
export function bomb(path: string, reason: string): HarnessError {
  return new HarnessError('SH_INPUT_BOMB', { path, reason });
}

export function hasPassword(path: string): HarnessError {
  return new HarnessError('SH_INPUT_PASSWORD', { path });
}
