import type { Damage } from '../damage.ts';

/** Something that is no damage, but that the operator should know of. */
export interface Warning {
  readonly text: string;
  /** What to do: a command, or a sentence with one. */
  readonly repair: string;
}

/** What one part of a diagnosis found. */
export interface Findings {
  readonly damages: readonly Damage[];
  readonly warnings: readonly Warning[];
  /** How many files were compared with what was recorded of them. */
  readonly files: number;
}

export function findings(found: Partial<Findings>): Findings {
  return { damages: [], warnings: [], files: 0, ...found };
}

/** All of several; a damage that two of them found is told once, with everything that it touches. */
export function together(all: readonly Findings[]): Findings {
  const damages = new Map<string, Damage>();
  for (const damage of all.flatMap((one) => one.damages)) {
    const key = JSON.stringify([damage.path, damage.expected, damage.found]);
    const same = damages.get(key);
    const touches = [...new Set([...(same?.touches ?? []), ...damage.touches])];
    damages.set(key, { ...damage, touches });
  }
  return {
    damages: [...damages.values()],
    warnings: all.flatMap((one) => one.warnings),
    files: all.reduce((sum, one) => sum + one.files, 0),
  };
}

/** Told how many runs of how many were looked at. */
export type OnRuns = (done: number, all: number) => void;
