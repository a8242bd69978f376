const EVERY_MS = 100;

/** Watches this process while a query runs. */
export interface MemoryWatch {
  /** Aborts once the process has grown by more than `mostBytes`. */
  readonly signal: AbortSignal;
  stop(): void;
}

/** DuckDB counts some of its memory only; the rest is seen from outside. Between two chunks of rows a query can be stopped. */
export function watchMemory(mostBytes: number, grown = growth()): MemoryWatch {
  const over = new AbortController();
  const timer = setInterval(() => grown() > mostBytes && over.abort(), EVERY_MS);
  timer.unref();
  return { signal: over.signal, stop: () => clearInterval(timer) };
}

function growth(): () => number {
  const before = process.memoryUsage.rss();
  return () => process.memoryUsage.rss() - before;
}
