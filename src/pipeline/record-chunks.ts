import { HarnessError } from '../base/index.ts';
import type { PipelineEnvironment, PlannedRun } from './planned-run.ts';

/** A chunk whose state a plugin has: computed, or taken over from earlier. */
export interface DoneChunk {
  /** From 1. */
  readonly chunk: number;
  readonly from: string;
  readonly to: string;
  readonly takenOver: boolean;
}

/** Of one plugin so many are told: a table has dozens, unless somebody cuts it into single rows. */
export const MOST_CHUNKS = 500;
/** They are written together, at most so often: each write waits for the drive. */
const EVERY_MS = 1000;

/**
 * Writes down when plugins had each chunk of the table, as events of the run (OBS-04); each chunk once, however often a
 * plugin asks for it, and one more than are told, by which it is seen that there were more. `flush` writes what still waits.
 */
export function chunkRecorder({ runId }: Pick<PlannedRun, 'runId'>, environment: ChunkEnvironment) {
  const { state, clock } = environment;
  const told = new Map<string, Set<number>>();
  let waiting: { readonly plugin: string; readonly done: DoneChunk }[] = [];
  let next = clock.monotonicMs() + EVERY_MS;
  const flush = (): void => {
    if (waiting.length === 0) return;
    state.transaction(() => {
      for (const { plugin, done } of waiting) {
        const { chunk, from, to: at, takenOver: taken_over } = done;
        state.events.append({
          ...{
            at,
            correlation_id: runId,
            kind: 'chunk.finished',
            subject_kind: 'plugin',
            subject_id: plugin,
          },
          data: { chunk, from, taken_over },
        });
      }
    });
    waiting = [];
    next = clock.monotonicMs() + EVERY_MS;
  };
  return {
    flush,
    add(plugin: string, done: DoneChunk): void {
      const own = told.get(plugin) ?? new Set();
      told.set(plugin, own);
      if (own.has(done.chunk) || own.size > MOST_CHUNKS) return;
      own.add(done.chunk);
      waiting.push({ plugin, done });
      if (clock.monotonicMs() >= next) unlessBusy(flush);
    },
  };
}

type ChunkEnvironment = Pick<PipelineEnvironment, 'state' | 'clock'>;

/** A database that takes nothing now gets it later. */
function unlessBusy(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
  }
}
