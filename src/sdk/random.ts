/** A seeded stream of random numbers: the same on every machine. */
export interface RandomStream {
  /** Uniform in [0, 1), a multiple of 2^-53. */
  uniform(): number;
  /** Uniform integer in 0 … n - 1, without bias; `n` is an integer from 1 to 2^53. */
  integer(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** A random order of `items`; the array given stays as it is. */
  shuffle<T>(items: readonly T[]): T[];
  /** The next 64 bits. */
  bits(): bigint;
}

/** The name of the generator, for manifests. */
export const GENERATOR = 'xoshiro256**';

const MASK = (1n << 64n) - 1n;
const GOLDEN = 0x9e3779b97f4a7c15n;

/**
 * A stream of xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021). Its state
 * is filled by splitmix64, as its authors advise, started from `seed` (64 bits, decimal text) and `label`: streams
 * of other labels are unrelated. Throws RangeError on a seed that isn't one.
 */
export function createRandom(seed: string, label = ''): RandomStream {
  const next = splitmix64(startOf(parseSeed(seed), label));
  return randomFrom(xoshiro256([next(), next(), next(), next()]));
}

/** Words of 64 bits, as two of 32. */
export interface WordSource {
  readonly high: () => number;
  /** The lower half of the word whose upper half was last drawn. */
  readonly low: () => number;
}

/**
 * The generator itself, from a state of four 64-bit words that aren't all 0. Each `high()` is a step. The words are
 * kept as halves in plain numbers: arrays or big integers here made every draw ten times as dear.
 */
export function xoshiro256(state: readonly [bigint, bigint, bigint, bigint]): WordSource {
  let [l0, l1, l2, l3] = [lower(state[0]), lower(state[1]), lower(state[2]), lower(state[3])];
  let [h0, h1, h2, h3] = [upper(state[0]), upper(state[1]), upper(state[2]), upper(state[3])];
  let low = 0;

  function high(): number {
    const top = scramble();
    const [shiftedLow, shiftedHigh] = [l1 << 17, (h1 << 17) | (l1 >>> 15)];
    l2 ^= l0;
    h2 ^= h0;
    l3 ^= l1;
    h3 ^= h1;
    l1 ^= l2;
    h1 ^= h2;
    l0 ^= l3;
    h0 ^= h3;
    l2 ^= shiftedLow;
    h2 ^= shiftedHigh;
    [l3, h3] = [(h3 << 13) | (l3 >>> 19), (l3 << 13) | (h3 >>> 19)];
    return top;
  }

  /** rotl(s1 × 5, 7) × 9: its upper half; the lower goes to `low`. */
  function scramble(): number {
    const sum5 = ((l1 << 2) >>> 0) + (l1 >>> 0);
    const high5 = ((h1 << 2) | (l1 >>> 30)) + h1 + (sum5 >= 2 ** 32 ? 1 : 0);
    const turnedLow = ((sum5 << 7) | (high5 >>> 25)) >>> 0;
    const turnedHigh = (high5 << 7) | ((sum5 >>> 0) >>> 25);
    const sum9 = ((turnedLow << 3) >>> 0) + turnedLow;
    low = sum9 >>> 0;
    return (((turnedHigh << 3) | (turnedLow >>> 29)) + turnedHigh + (sum9 >= 2 ** 32 ? 1 : 0)) >>> 0;
  }

  return { high, low: () => low };
}

/** splitmix64 (Steele, Lea and Flood, 2014): a stream of 64-bit words from any seed. */
export function splitmix64(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state = (state + GOLDEN) & MASK;
    return mix(state);
  };
}

function lower(word: bigint): number {
  return Number(BigInt.asIntN(32, word));
}

function upper(word: bigint): number {
  return Number(BigInt.asIntN(32, word >> 32n));
}

function mix(word: bigint): bigint {
  const first = ((word ^ (word >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  const second = ((first ^ (first >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return second ^ (second >> 31n);
}

/** Seed and label in one word: the label's UTF-8, eight bytes at a time, and its length, each mixed in. */
function startOf(seed: bigint, label: string): bigint {
  const bytes = new TextEncoder().encode(label);
  let start = mix(seed);
  for (let at = 0; at < bytes.length; at += 8) {
    let word = 0n;
    for (const byte of bytes.subarray(at, at + 8)) word = (word << 8n) | BigInt(byte);
    start = mix(((start ^ word) + GOLDEN) & MASK);
  }
  return mix(((start ^ BigInt(bytes.length)) + GOLDEN) & MASK);
}

function parseSeed(text: string): bigint {
  const seed = /^\d{1,20}$/.test(text) ? BigInt(text) : MASK + 1n;
  if (seed > MASK) throw new RangeError(`not a seed of 64 bits: ${text}`);
  return seed;
}

function randomFrom(words: WordSource): RandomStream {
  const uniform = () => ((words.high() >>> 5) * 2 ** 26 + (words.low() >>> 6)) * 2 ** -53;
  const integer = (n: number) => belowWithoutBias(words, n);
  return {
    uniform,
    integer,
    normal: polarNormal(uniform),
    shuffle: (items) => shuffled(items, integer),
    bits: () => (BigInt(words.high()) << 32n) | BigInt(words.low()),
  };
}

/** 53 random bits, drawn again while they lie in the last, incomplete run of n. */
function belowWithoutBias(words: WordSource, n: number): number {
  if (!Number.isInteger(n) || n < 1 || n > 2 ** 53) throw new RangeError(`no integers below ${n}`);
  const limit = 2 ** 53 - (2 ** 53 % n);
  for (;;) {
    const drawn = (words.high() >>> 5) * 2 ** 26 + (words.low() >>> 6);
    if (drawn < limit) return drawn % n;
  }
}

/** Fisher–Yates, from the end. */
function shuffled<T>(items: readonly T[], integer: (n: number) => number): T[] {
  const order = items.map((item) => ({ item }));
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = integer(last + 1);
    const [a, b] = [order[last], order[other]];
    if (a === undefined || b === undefined) continue;
    order[last] = b;
    order[other] = a;
  }
  return order.map(({ item }) => item);
}

/** Marsaglia's polar method (1964); the second of each pair is kept for the next call. */
function polarNormal(uniform: () => number): () => number {
  let kept: number | undefined;
  return () => {
    if (kept !== undefined) {
      const value = kept;
      kept = undefined;
      return value;
    }
    for (;;) {
      const [x, y] = [2 * uniform() - 1, 2 * uniform() - 1];
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * logarithm(square)) / square);
      kept = y * factor;
      return x * factor;
    }
  };
}

/**
 * Natural logarithm of 0 < x ≤ 1 from basic operations only, so that it has the same bits everywhere (the
 * standard leaves `Math.log` to the machine): ln(m 2^k) = k ln 2 + 2 artanh((m - 1) / (m + 1)).
 */
function logarithm(x: number): number {
  let [m, k] = [x, 0];
  for (; m < Math.SQRT1_2; k -= 1) m *= 2;
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let series = 0;
  for (let term = 21; term >= 1; term -= 2) series = series * square + 1 / term;
  return k * Math.LN2 + 2 * s * series;
}
