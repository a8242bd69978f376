import { randomBytes } from 'node:crypto';

/** A new run id or correlation id: 32 random hex digits. */
export function randomId(): string {
  return randomBytes(16).toString('hex');
}
