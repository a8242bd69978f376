// Every migration, in order. One that was released is never edited: its hash is recorded in each database.
import type { Migration } from '../migrate.ts';
import { records } from './0001-records.ts';
import { lineage } from './0002-lineage.ts';
import { keepAndDelete } from './0003-keep-and-delete.ts';
import { rowChecksums } from './0004-row-checksums.ts';
import { plugins } from './0005-plugins.ts';
import { approvals } from './0006-approvals.ts';
import { progress } from './0007-progress.ts';
import { erps } from './0008-erps.ts';

export const MIGRATIONS: readonly Migration[] = [
  records,
  lineage,
  keepAndDelete,
  rowChecksums,
  plugins,
  approvals,
  progress,
  erps,
];
