import type { PlantFacts } from '../plant-facts.ts';
import type { Plantable } from '../plant-size.ts';
import type { Written } from './clock-faults.ts';
import type { LogPlan } from './plan.ts';
import type { Run } from './run.ts';

/** An effect that can be planted in a process log, by name. */
export interface LogPlant extends Plantable {
  /** Nothing may be claimed of it. */
  readonly trap?: true;
  /** The plan with the effect in it. */
  apply(plan: LogPlan, size: number): LogPlan;
  /** Measures the effect in the log that comes of the final plan. */
  watch(plan: LogPlan): LogWatch;
  /** Worlds in which one thing is different, for effects that somebody could act on. */
  alternatives?(plan: LogPlan): readonly Alternative[];
}

export interface LogWatch {
  see(run: Run, row: number, written: Written): void;
  facts(): PlantFacts;
}

export interface Alternative {
  /** As a sentence. */
  readonly change: string;
  readonly plan: LogPlan;
}
