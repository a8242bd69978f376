/**
 * On Linux the C library and DuckDB's allocator hear how to give freed memory back when a process begins: one that has not
 * been told begins again, as itself. Not where that would cut the way to a launcher, or what Node was to load before (a
 * debugger, a module) would be loaded twice: whoever starts it so tells it.
 */
export function giveBackWhatIsFreed() {
  const isTold = 'MALLOC_TRIM_THRESHOLD_' in process.env;
  const isPrepared = process.channel !== undefined || process.execArgv.length > 0;
  if (process.platform !== 'linux' || isTold || isPrepared) return;
  process.execve(process.execPath, [process.execPath, ...process.argv.slice(1)], givingBack());
}

/**
 * The environment of a process that gives freed memory back. The C library would keep up to 64 MB of each thread that ever
 * freed a large block, and DuckDB's quantiles, which it does not count, take such blocks (measured: 350 MB). DuckDB's own
 * allocator would keep for a second what is freed, up to half of DuckDB's limit.
 */
export function givingBack() {
  return {
    MALLOC_TRIM_THRESHOLD_: '131072',
    DUCKDB_JE_MALLOC_CONF: 'dirty_decay_ms:100,muzzy_decay_ms:0',
    ...process.env,
  };
}
