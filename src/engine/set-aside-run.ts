import type { RunFolder } from '../pipeline/index.ts';
import { damageText } from './damage.ts';
import { examineFolder } from './diagnosis/without-database.ts';

/** Why a folder that was set aside is not, as a whole, the run that the database knows; undefined where it is. */
export async function whyNotTheRun(
  { run_id, path, manifestSha256 }: RunFolder,
  recorded: string | null,
): Promise<string | undefined> {
  if (manifestSha256 !== recorded) return 'its manifest is not the one that the database knows';
  const [damage] = (await examineFolder(path, run_id)).damages;
  return damage === undefined ? undefined : damageText(damage);
}
