import { existsSync } from 'node:fs';
import { type AppPaths, commandLine, HarnessError } from '../base/index.ts';
import { newestGoodBackup } from './backups.ts';

/** An error about a damaged database with the repair that this appdata offers; any other error as it is. */
export function withRepair(error: unknown, paths: AppPaths): unknown {
  if (!isDamage(error)) return error;
  const { path, reason } = error.parameters;
  return new HarnessError('SH_STATE_CORRUPT', { path, reason, repair: repairOf(paths) }, { cause: error });
}

function isDamage(error: unknown): error is HarnessError<'SH_STATE_CORRUPT'> {
  return error instanceof HarnessError && error.code === 'SH_STATE_CORRUPT';
}

/** What can be done about a damaged database: a command to copy, where there is a good backup. */
export function repairOf(paths: AppPaths): string {
  const backup = newestGoodBackup(paths);
  if (backup === undefined) {
    return (
      `There is no good backup in ${paths.backups}. The runs' folders do not need the database. To check each of them: ` +
      `${commandLine(['doctor', '--full'], paths)}\nNothing is recreated in silence.`
    );
  }
  return (
    `The newest good backup is of ${backup.taken_at}. Put it in place with: ` +
    `${commandLine(['restore', backup.path], paths)}\n${existsSync(paths.state) ? "The damaged file is kept, and so is every run's folder." : "Every run's folder is kept."}`
  );
}
