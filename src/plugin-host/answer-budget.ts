import type { ExactResult } from '../sdk/index.ts';
import type { DoorRows } from './data-door.ts';

const MEBIBYTE = 2 ** 20;
const MAX_BYTES = 512 * MEBIBYTE;
const MAX_BYTES_PER_CHUNK = 16 * MEBIBYTE;
/** What a cell or a number costs beside its text. */
export const CELL_BYTES = 16;
const NUMBER_BYTES = 200;

/**
 * What the answers to one execution may have together: the host keeps them, in memory as evidence and in its cache for
 * later runs. Asking on when they have more is an error inside the plugin.
 */
export interface AnswerBudget {
  /** Lets a question be answered, and counts its answer. */
  spend<T>(answer: () => Promise<T>, sizeOf: (answer: T) => number): Promise<T>;
}

export function answerBudget(chunks: number): AnswerBudget {
  const most = MAX_BYTES + chunks * MAX_BYTES_PER_CHUNK;
  let spent = 0;
  return {
    async spend(ask, sizeOf) {
      if (spent > most) throw new RangeError(`its questions were answered with more than ${most} bytes`);
      const answer = await ask();
      spent += sizeOf(answer);
      return answer;
    },
  };
}

/** What the rows of an answer cost about. */
export function rowsBytes({ rows }: Pick<DoorRows, 'rows'>): number {
  let bytes = 0;
  for (const row of rows) for (const cell of row) bytes += CELL_BYTES + (cell?.length ?? 0);
  return bytes;
}

/** What an exact aggregate costs about. */
export function exactBytes({ result }: { readonly result: ExactResult }): number {
  let numbers = 0;
  for (const { columns } of result.groups) {
    for (const statistics of Object.values(columns)) numbers += Object.keys(statistics).length;
  }
  return numbers * NUMBER_BYTES;
}
