import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { filesBelow, hashFile, isSystemError } from '../base/index.ts';
import type { Staging } from './staging.ts';

/**
 * Registers what tells how a run went: journal and logs. Circumstance, but it must not change unseen either.
 * Those of earlier attempts lie in `logs/attempt-N/`.
 */
export async function registerLogs(staging: Staging): Promise<void> {
  await register(staging, 'journal.json', 'application/json', 'engine');
  await register(staging, 'run.log', 'text/plain', 'engine');
  for (const log of await filesBelow(staging.path('logs'))) {
    const path = `logs/${log}`;
    const ofEngine = ['journal.json', 'run.log'].includes(basename(path));
    const mediaType = path.endsWith('.json') ? 'application/json' : 'text/plain';
    await register(staging, path, mediaType, ofEngine ? 'engine' : basename(path, '.log'));
  }
}

async function register(staging: Staging, path: string, media_type: string, producer: string): Promise<void> {
  const file = staging.path(...path.split('/'));
  const bytes = await sizeOf(file);
  if (bytes === undefined) return;
  staging.register({ path, sha256: await hashFile(file), bytes, media_type, producer, keep: false });
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}
