import { type Draws, draws } from '../draws.ts';
import type { PlantFacts } from '../plant-facts.ts';
import type { Plantable } from '../plant-size.ts';
import type { ColumnSource, RowPlace } from './columns.ts';

/** A plant at work: columns of its own (or none), and what it does to whole rows. */
export interface TableEffect extends Partial<ColumnSource> {
  facts(): PlantFacts;
  /** Bends time: maps [0, 1] to itself, rising. */
  bend?(share: number): number;
  /** True where an earlier row is written again after this one. */
  repeats?(place: RowPlace): boolean;
  /** Told of each row that was written again, with the row it repeats. */
  repeated?(row: number, of: number): void;
}

/** An effect that can be planted in a plain table, by name. */
export interface TablePlant extends Plantable {
  /** A trap is something that no finding may name. */
  readonly trap?: true;
  plant(size: number, stream: (name: string) => Draws): TableEffect;
}

/** A plant's own streams: it draws the same numbers whatever else is planted. */
export function plantStreams(seed: string, plant: string): (name: string) => Draws {
  return (name) => draws(seed, `plant ${plant} ${name}`);
}
