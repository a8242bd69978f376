import type { SyntheticTruth } from '../contract/index.ts';
import { GENERATOR } from '../sdk/random.ts';
import { LOG_PLANTS, USUAL_LOG_PLANTS } from './log/plants/index.ts';
import { nullLog, processLog } from './log/process-log.ts';
import type { Plantable, PlantSizes } from './plant-size.ts';
import type { SyntheticCell, SyntheticColumn } from './table/columns.ts';
import { plainTable } from './table/plain-table.ts';
import { TABLE_PLANTS } from './table/plants/index.ts';

/** Raised whenever the same request gives other bytes. */
const VERSION = 1;

export type SyntheticKind = SyntheticTruth['generator']['what'];

export interface SyntheticRequest {
  readonly what: SyntheticKind;
  /** 64 bits, decimal text. */
  readonly seed: string;
  readonly rows: number;
  /** Only for what can have them. */
  readonly plants?: PlantSizes;
  /** First day, `2025-01-06`. */
  readonly start?: string;
  /** Of a log only: days, servers, runs at once on each. */
  readonly days?: number;
  readonly servers?: number;
  readonly slots?: number;
}

/** A table that is made row by row, and what is true of it. */
export interface Synthetic {
  readonly columns: readonly SyntheticColumn[];
  rows(): Generator<readonly SyntheticCell[]>;
  /** Only after the last row. For a process log it simulates the counterfactuals. */
  truth(): SyntheticTruth;
}

/** What can be planted, in the order in which it is listed. */
export function plantsOf(what: SyntheticKind): readonly Plantable[] {
  if (what === 'process-log') return LOG_PLANTS;
  return what === 'table' ? TABLE_PLANTS : [];
}

/** What is planted if nobody says. */
export function usualPlants(what: SyntheticKind): PlantSizes {
  const names = what === 'process-log' ? USUAL_LOG_PLANTS : plantsOf(what).map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, true]));
}

/** A synthetic table: the same request gives the same cells, everywhere. Throws RangeError on an unknown plant or size. */
export function synthetic(request: SyntheticRequest): Synthetic {
  const made = madeBy(request);
  return {
    columns: made.columns,
    rows: made.rows,
    truth: () => ({
      schema_version: 'ground_truth.v1',
      kind: 'synthetic',
      generator: { what: request.what, version: VERSION, random: GENERATOR, seed: request.seed },
      table: { rows: request.rows, columns: made.columns.map(({ name }) => name) },
      parameters: made.parameters(),
      measured: made.measured(),
      ...(made.byActivity && { by_activity: made.byActivity() }),
      plants: made.plants(),
    }),
  };
}

interface Made extends Pick<Synthetic, 'columns' | 'rows'> {
  parameters(): SyntheticTruth['parameters'];
  measured(): SyntheticTruth['measured'];
  byActivity?(): NonNullable<SyntheticTruth['by_activity']>;
  plants(): SyntheticTruth['plants'];
}

function madeBy(request: SyntheticRequest): Made {
  switch (request.what) {
    case 'process-log':
      return processLog(request);
    case 'null-log':
      return nullLog(request);
    case 'table':
    case 'null-table': {
      const table = plainTable(request);
      return { ...table, measured: () => ({}) };
    }
  }
}
