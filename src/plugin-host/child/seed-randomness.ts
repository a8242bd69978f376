import { seededDraws } from './seeded-draws.ts';

const draws = seededDraws();

/** Opens the streams behind Math.random and crypto; before that, and without a seed, they throw. */
export const openRandomness = draws.open;

/** Puts seeded streams in the place of the machine's randomness. */
export function replaceRandomness(): void {
  Math.random = draws.uniform;
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  const seeded = { getRandomValues: draws.fill, randomUUID: draws.uuid, subtle: { digest } };
  Object.defineProperty(globalThis, 'crypto', { value: seeded, configurable: true, writable: true });
}
