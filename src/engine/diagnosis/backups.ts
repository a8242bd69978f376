import { commandLine, millisBetween } from '../../base/index.ts';
import { type Backup, checkBackup, listBackups } from '../../state/index.ts';
import type { App } from '../app.ts';
import type { Damage } from '../damage.ts';
import { type Findings, findings } from './findings.ts';

/** The newest backup that is whole. */
export interface NewestBackup {
  readonly path: string;
  readonly taken_at: string;
  /** Null where the clock was set back since it was made. */
  readonly age_hours: number | null;
}

export interface BackupFindings extends Findings {
  readonly newest: NewestBackup | null;
}

/** The backups: all of them in full, else from the newest on until one is whole. */
export function examineBackups(
  { paths, clock }: Pick<App, 'paths' | 'clock'>,
  { full, hasRuns }: { readonly full: boolean; readonly hasRuns: boolean },
): BackupFindings {
  const damages: Damage[] = [];
  let newest: Backup | undefined;
  let files = 0;
  for (const backup of listBackups(paths)) {
    if (newest !== undefined && !full) break;
    files += 1;
    const looked = checkBackup(backup.path);
    if (looked.good) newest ??= backup;
    else damages.push(damageOf(backup, looked.reason, commandLine(['backup', '--drop-damaged'], paths)));
  }
  const warnings = newest === undefined && hasRuns ? [missing(commandLine(['backup'], paths))] : [];
  return { ...findings({ damages, warnings, files }), newest: newest ? aged(newest, clock.now()) : null };
}

function damageOf({ path }: Backup, found: string, command: string): Damage {
  return {
    kind: 'file',
    what: 'The backup',
    path,
    expected: 'a whole copy of the database',
    found,
    touches: [],
    repair: `Make another, and remove those that are not whole: ${command}`,
  };
}

function missing(repair: string) {
  return { text: 'there is no backup of the database that is whole', repair };
}

function aged({ path, taken_at }: Backup, now: string): NewestBackup {
  const age = millisBetween(taken_at, now);
  return { path, taken_at, age_hours: age < 0 ? null : Math.round(age / 360_000) / 10 };
}
