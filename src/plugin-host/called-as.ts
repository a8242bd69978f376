const NAMES = {
  query: 'ctx.query',
  exact: 'ctx.exact',
  derive: 'ctx.derive',
  openBatches: 'ctx.batches',
  openLoad: 'ctx.load',
  nextBatch: 'ctx.batches',
  closeBatches: 'ctx.batches',
  chunkQuery: 'query of a chunk',
  chunkExact: 'exact of a chunk',
  chunkState: 'state of a chunk',
  saveChunkState: 'state of a chunk',
} as const;

/** How the author of a plugin knows what was asked of the host. Used on both sides, so it is pure code. */
export function calledAs(method: keyof typeof NAMES): string {
  return NAMES[method];
}
