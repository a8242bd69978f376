import { hashJson, hexOf, type Sha256, sha256 } from '../base/index.ts';

/** The generator that seeds feed, named in the manifest. */
export const GENERATOR = 'xoshiro256** seeded by splitmix64';

/** The seed of a run: a literal one, or for request 0 the first 64 bits of the hash of the fingerprint's data part. */
export function runSeed(requested: string, dataPart: unknown): string {
  return requested === '0' ? first64Bits(hashJson(dataPart)) : requested;
}

/** The seed of a plugin in a run: its own, so that adding a plugin doesn't reseed the others. */
export function pluginSeed(seedOfRun: string, pluginId: string): string {
  return first64Bits(sha256(`${seedOfRun}\n${pluginId}`));
}

function first64Bits(hash: Sha256): string {
  return BigInt(`0x${hexOf(hash).slice(0, 16)}`).toString();
}
