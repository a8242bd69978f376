import { hashJson, type Sha256 } from '../base/index.ts';

/** Keeps answers from run to run, by key. It may forget, never lie: what it gives back is what was put. */
export interface AnswerStore {
  get(key: Sha256): Promise<string | undefined>;
  put(key: Sha256, answer: string): Promise<void>;
}

/** How often something was computed, and how often an earlier run had left it. */
export interface AnswerCounts {
  readonly computed: number;
  readonly recalled: number;
}

/** Answers questions about one relation `data`, each computed once as long as the store remembers it. */
export interface Answers {
  /**
   * The answer that the store has, or a new one, which is put there. `question` says everything that decides the answer
   * but the data and the engine. Answers are plain JSON values.
   */
  recall<T>(question: Question, compute: () => Promise<T>): Promise<T>;
  counts(): AnswerCounts;
}

interface Question {
  readonly kind: 'admitted' | 'query' | 'exact' | 'exact_state';
  readonly asked: unknown;
}

/** Answers about the data with this hash. Without a store everything is computed. */
export function answersFrom(store: AnswerStore | undefined, dataSha256: Sha256): Answers {
  let computed = 0;
  let recalled = 0;

  async function recall<T>(question: Question, compute: () => Promise<T>): Promise<T> {
    const key = hashJson({ data: dataSha256, ...question });
    const kept = await store?.get(key);
    if (kept !== undefined) {
      recalled += 1;
      return JSON.parse(kept) as T;
    }
    const answer = await compute();
    computed += 1;
    const text = textOf(answer);
    if (text !== undefined) await store?.put(key, text);
    return answer;
  }

  return { recall, counts: () => ({ computed, recalled }) };
}

/** An answer as JSON, with its members in their order; undefined where JSON would give back something else. */
function textOf(answer: unknown): string | undefined {
  let faithful = true;
  const text = JSON.stringify(answer, (_key, value: unknown) => {
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) faithful = false;
    return value;
  });
  return faithful ? text : undefined;
}
