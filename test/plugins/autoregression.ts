/** Standard normal numbers by a small generator (mulberry32; Box and Muller). */
export function normals(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Each value is so much of the one before, and noise; 200 values before the first are thrown away. */
export function autoregression(phi: number, next: () => number, rows: number): readonly number[] {
  const values: number[] = [];
  let last = 0;
  for (let i = 0; i < rows + 200; i += 1) {
    last = phi * last + next() * Math.sqrt(1 - phi * phi);
    values.push(last);
  }
  return values.slice(200);
}

/** Hours from the first of January 2024 on, as a timestamp's text. */
export const hour = (i: number) => new Date(Date.UTC(2024, 0, 1) + i * 3_600_000).toISOString().slice(0, 19);
