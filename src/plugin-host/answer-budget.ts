import { MAX_LOAD_MB } from '../contract/index.ts';
import type { Batch, ExactResult } from '../sdk/index.ts';
import type { DoorRows } from './data-door.ts';
import { PastLimit } from './past-limit.ts';

const MEBIBYTE = 2 ** 20;
/** Whole-table answers stay in the host's memory as evidence until the execution ends. */
const MAX_BYTES = 512 * MEBIBYTE;
/** What all answers, those about chunks too, may have more for each chunk: they go into the host's cache. */
const MAX_BYTES_PER_CHUNK = 16 * MEBIBYTE;
/** What an answer costs beside its question and its cells, and a cell or a number beside its text. */
const ANSWER_BYTES = 200;
const CELL_BYTES = 16;
const NUMBER_BYTES = 200;

/** A question: how long it is, and whether its answer may be cited, and is kept for that. */
export interface Asked {
  readonly characters: number;
  readonly isKept: boolean;
}

/** What the answers to one execution may have together. Asking on when they have more is an error inside the plugin. */
export interface AnswerBudget {
  /** Lets a question be answered, and counts it with its answer. */
  spend<T>(asked: Asked, answer: () => Promise<T>, sizeOf: (answer: T) => number): Promise<T>;
}

export function answerBudget(chunks: number): AnswerBudget {
  const most = MAX_BYTES + chunks * MAX_BYTES_PER_CHUNK;
  let kept = 0;
  let spent = 0;
  const refuseOver = (bytes: number, allowed: number) => {
    if (bytes > allowed) throw new RangeError(`its questions were answered with more than ${allowed} bytes`);
  };
  return {
    async spend({ characters, isKept }, ask, sizeOf) {
      refuseOver(kept, isKept ? MAX_BYTES : Number.POSITIVE_INFINITY);
      refuseOver(spent, most);
      const answer = await ask();
      const bytes = ANSWER_BYTES + characters + sizeOf(answer);
      spent += bytes;
      if (isKept) kept += bytes;
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

/** Counts batches of which a plugin keeps all. Throws PastLimit. */
export function loadBudget(): (batch: Batch) => void {
  let loaded = 0;
  return (batch) => {
    loaded += batchBytes(batch);
    if (loaded > MAX_LOAD_MB * MEBIBYTE) throw new PastLimit('load_mb');
  };
}

function batchBytes({ rowNumbers, columns }: Batch): number {
  const arrays = Object.values(columns).flatMap((column) => Object.values(column).filter(ArrayBuffer.isView));
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, rowNumbers.byteLength);
}
