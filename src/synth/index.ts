// Synthetic tables and process logs with known truth: from a seed, streamed, the same bytes everywhere.
export type { SyntheticColumn } from './table/columns.ts';
export {
  nullTable,
  type PlantSizes,
  plainTable,
  plantedTable,
  type SyntheticTable,
} from './table/plain-table.ts';
export { TABLE_PLANTS } from './table/plants/index.ts';
