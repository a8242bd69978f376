import type { PlantTruth } from '../../contract/index.ts';
import { type Draws, draws } from '../draws.ts';
import type { ColumnSource, RowPlace } from './columns.ts';

/** How large an effect can be, and what the number means. */
export interface SizeSpec {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

/** What a plant tells once all rows are written. */
export type TableFacts = Pick<PlantTruth, 'kind' | 'statement' | 'target' | 'measured' | 'place' | 'rows'>;

/** A plant at work: columns of its own (or none), and what it does to whole rows. */
export interface TableEffect extends Partial<ColumnSource> {
  facts(): TableFacts;
  /** Bends time: maps [0, 1] to itself, rising. */
  bend?(share: number): number;
  /** True where an earlier row is written again after this one. */
  repeats?(place: RowPlace): boolean;
  /** Told of each row that was written again, with the row it repeats. */
  repeated?(row: number, of: number): void;
}

/** An effect that can be planted in a plain table, by name. */
export interface TablePlant {
  readonly name: string;
  /** One line, for lists. */
  readonly meaning: string;
  readonly size: SizeSpec;
  /** A trap is something that no finding may name. */
  readonly trap?: true;
  plant(size: number, stream: (name: string) => Draws): TableEffect;
}

/** A plant's own streams: it draws the same numbers whatever else is planted. */
export function plantStreams(seed: string, plant: string): (name: string) => Draws {
  return (name) => draws(seed, `plant ${plant} ${name}`);
}
