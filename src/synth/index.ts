// Synthetic tables and process logs with known truth: from a seed, streamed, the same bytes everywhere.

export { parseDate } from './civil-time.ts';
export { csvText } from './csv.ts';
export { nullLogTable, processLogTable } from './log/process-log.ts';
export { type Plantable, type PlantSizes, plantProblem } from './plant-size.ts';
export {
  plantsOf,
  type Synthetic,
  type SyntheticKind,
  type SyntheticRequest,
  synthetic,
  usualPlants,
} from './synthetic.ts';
export type { SyntheticColumn } from './table/columns.ts';
export { nullTable, plantedTable, type SyntheticTable } from './table/plain-table.ts';
export { TABLE_PLANTS } from './table/plants/index.ts';
