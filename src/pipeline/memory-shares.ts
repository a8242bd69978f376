const MEGABYTE = 1e6;

/** The smallest cap that a run can stay under; a smaller one is refused. */
export const LEAST_MEMORY_BYTES = 512 * MEGABYTE;

/** Node with the engine's code and DuckDB's, before any table (measured: 110 MB). */
const PROGRAM = 110 * MEGABYTE;
/** V8's room for questions, answers, evidence and charts, and the buffers of rows on their way (measured: 190 MB at most). */
const AT_WORK = 140 * MEGABYTE;
/** DuckDB takes more than its own limit: a tenth, and buffers (measured with 350 MB: 70 MB at most). */
const BEYOND_PART = 0.1;
const BEYOND = 30 * MEGABYTE;
/** Beside its limit a question may take what DuckDB does not count: more of it is an attack, or a need for a larger cap. */
const MOST_UNCOUNTED = 1_000 * MEGABYTE;
/** What DuckDB takes beyond its own limit while it reads a table (measured: 140 MB), and what it can't read with less of. */
const BEYOND_READING = 160 * 2 ** 20;
const LEAST_READING = 96 * 2 ** 20;
/** In less than this DuckDB works with one thread: each has buffers of its own. */
const LITTLE = 1_000 * MEGABYTE;

/** What DuckDB may use of a machine. */
export interface DuckDbShare {
  /** Its own limit of memory. */
  readonly memoryBytes: number;
  readonly threads: number;
}

/** How the one cap of a run's process tree is divided while plugins are executed. */
export interface RunShares {
  /** The one DuckDB that answers all questions; the process may grow by `uncountedBytes` more while it answers one. */
  readonly duckDb: DuckDbShare & { readonly uncountedBytes: number };
  /** All sandboxes together. */
  readonly sandboxesBytes: number;
}

/** While a table is read there are one DuckDB and no sandboxes: it has half of the cap, less what it takes beyond. */
export function shareOfReading(cap: number, workers: number): DuckDbShare {
  return {
    memoryBytes: Math.max(LEAST_READING, Math.floor(cap / 2) - BEYOND_READING),
    threads: threadsIn(cap, workers),
  };
}

/** While plugins are executed: first what the engine itself takes; of the rest half is for DuckDB, half for sandboxes. */
export function sharesOfRun(cap: number, workers: number): RunShares {
  const half = Math.floor((Math.max(cap, LEAST_MEMORY_BYTES) - PROGRAM - AT_WORK) / 2);
  return {
    duckDb: {
      memoryBytes: Math.floor((half - BEYOND) / (1 + BEYOND_PART)),
      uncountedBytes: Math.min(MOST_UNCOUNTED, Math.floor(cap / 5)),
      threads: threadsIn(cap, workers),
    },
    sandboxesBytes: half,
  };
}

function threadsIn(cap: number, workers: number): number {
  return cap < LITTLE ? 1 : workers;
}
