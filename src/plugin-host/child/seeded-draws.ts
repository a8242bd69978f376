import { createRandom, type RandomStream } from '../../sdk/index.ts';

/** What a plugin draws from by Math.random and crypto: streams of its seed, and nothing else. */
export interface Draws {
  /** Opens the streams; before that, and without a seed, drawing throws. */
  open(seed: string | null): void;
  uniform(): number;
  fill<T extends ArrayBufferView>(array: T): T;
  uuid(): string;
}

export function seededDraws(): Draws {
  let declared = true;
  let streams: { readonly math: RandomStream; readonly crypto: RandomStream } | undefined;

  function opened(): NonNullable<typeof streams> {
    if (!declared) throw new Error('randomness is not declared in the manifest ("randomness": true)');
    if (streams === undefined) throw new Error('randomness exists in analyze only');
    return streams;
  }

  function fill<T extends ArrayBufferView>(array: T): T {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let i = 0; i < bytes.length; i++) bytes[i] = opened().crypto.integer(256);
    return array;
  }

  return {
    open: (seed) => {
      declared = seed !== null;
      if (seed !== null)
        streams = { math: createRandom(seed, 'Math.random'), crypto: createRandom(seed, 'crypto') };
    },
    uniform: () => opened().math.uniform(),
    fill,
    uuid: () => {
      const bytes = fill(new Uint8Array(16));
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    },
  };
}
