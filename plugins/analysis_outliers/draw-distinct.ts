import type { RandomStream } from '../../src/sdk/index.ts';

/** Some of them, in the order drawn. */
export function drawSample(n: number, size: number, random: RandomStream): number[] {
  const drawn: number[] = [];
  for (const at of drawDistinct(n, random)) {
    if (drawn.length >= size) break;
    drawn.push(at);
  }
  return drawn;
}

/** All numbers below n in random order, one by one: Fisher–Yates from the front, of which only what moved is kept. */
export function* drawDistinct(n: number, random: RandomStream): Generator<number> {
  const moved = new Map<number, number>();
  for (let i = 0; i < n; i++) {
    const other = i + random.integer(n - i);
    yield moved.get(other) ?? other;
    moved.set(other, moved.get(i) ?? i);
  }
}
