/** So long a run that was just begun may need to be heard of. */
const PATIENCE_MS = 20_000;

const begun = new Map<string, number>();

/** This window has just begun a run. */
export function noteBegun(runId: string): void {
  begun.set(runId, Date.now());
}

/** A run that nothing is known of yet may still be heard of, as this window has just begun it. */
export function mayBeHeardOf(runId: string): boolean {
  return Date.now() - (begun.get(runId) ?? 0) < PATIENCE_MS;
}
