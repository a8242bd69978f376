import { HarnessError } from '../base/index.ts';
import type { App } from './app.ts';

/** Writes a repro pack of a run in the trash into a folder, before it is purged. Throws SH_PACK_UNAVAILABLE. */
export async function packFirst(_app: App, runId: string, _folder: string): Promise<void> {
  throw new HarnessError('SH_PACK_UNAVAILABLE', { id: runId });
}
