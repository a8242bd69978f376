import { permutationTest, type RandomStream } from '../../src/sdk/index.ts';

/** What random draws say of an observed statistic. */
export interface Permuted {
  readonly p_value: number;
  /** The drawn statistics; all that were asked for where the draws were not stopped early. */
  readonly drawn: readonly number[];
  readonly stopped: boolean;
}

/** What is entered where no honest p-value can be had: it claims nothing. */
export const UNTESTABLE: Permuted = { p_value: 1, drawn: [], stopped: true };

/** Draws that reach the observed statistic, after which more would only repeat that it is nothing special. */
const ENOUGH_HITS = 20;

/** A permutation test that stops early where there is nothing, and keeps what was drawn. */
export function permute(observed: number, draw: () => number, draws: number): Permuted {
  const drawn: number[] = [];
  const drawAndKeep = () => {
    const value = draw();
    drawn.push(value);
    return value;
  };
  const result = permutationTest({ observed, draw: drawAndKeep, draws, stopAfterHits: ENOUGH_HITS });
  return { p_value: result.p_value, drawn, stopped: result.draws < draws };
}

/** Puts `count` items chosen at random first, in place (the first steps of Fisher and Yates). */
export function chooseFirst(order: Int32Array, count: number, random: RandomStream): void {
  for (let i = 0; i < count; i += 1) {
    const other = i + random.integer(order.length - i);
    const [a, b] = [order[i] ?? 0, order[other] ?? 0];
    order[i] = b;
    order[other] = a;
  }
}
