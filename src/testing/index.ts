// The test kit, `statistic-harness/testing`: runs a plugin against a table in memory.
export type { Cells, TestTable } from './csv-of.ts';
export { type PluginRun, type RunOptions, runPlugin } from './run-plugin.ts';
