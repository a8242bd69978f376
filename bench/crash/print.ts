/** A process that was killed. */
export interface Crash {
  readonly deed: string;
  /** The fail point at which it was; null for a moment. */
  readonly point: string | null;
  /** How the next command found the runs. */
  readonly left: string;
  /** How often the process had ended before it was killed: these don't count. */
  readonly missed: number;
}

/** Prints how many processes were killed at what, and what they left. */
export function printCrashes(crashes: readonly Crash[]): void {
  console.table(
    grouped(crashes, ({ deed }) => deed).map(([deed, of]) => ({
      deed,
      killed: of.length,
      'at fail points': of.filter(({ point }) => point !== null).length,
      'at moments': of.filter(({ point }) => point === null).length,
      'ended before, tried again': of.reduce((sum, { missed }) => sum + missed, 0),
      left: counted(of, ({ left }) => left),
    })),
  );
  const atPoints = crashes.filter(({ point }) => point !== null);
  console.table(
    grouped(atPoints, ({ point }) => point ?? '').map(([point, of]) => ({
      'fail point': point,
      killed: of.length,
      doing: counted(of, ({ deed }) => deed),
    })),
  );
}

function grouped(crashes: readonly Crash[], by: (crash: Crash) => string): [string, Crash[]][] {
  return [...Map.groupBy(crashes, by)].sort(([a], [b]) => (a < b ? -1 : 1));
}

function counted(crashes: readonly Crash[], by: (crash: Crash) => string): string {
  return grouped(crashes, by)
    .map(([what, of]) => `${what} ${of.length}`)
    .join('; ');
}
