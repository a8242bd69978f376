import { type AppPaths, commandLine } from '../../base/index.ts';
import { driveOf, driveWarning, freeBytes } from '../../state/index.ts';
import { type Findings, findings, type Warning } from './findings.ts';

/** What the appdata lies on. */
export interface DriveFacts {
  /** As the system calls it; empty where it does not tell. */
  readonly type: string;
  readonly verdict: 'good' | 'slow' | 'unsafe';
  /** Whether this system encrypts it; null where that can't be seen from here. */
  readonly encrypted: boolean | null;
  readonly free_bytes: number | null;
}

const LITTLE_SPACE = 1e9;

/** The drive: whether its locks hold, whether it is slow, how much room there is, whether it is encrypted. */
export function examineDrive(paths: AppPaths): Findings & { readonly drive: DriveFacts } {
  const { root } = paths;
  const { type, verdict, encrypted } = driveOf(root);
  const free_bytes = freeBytes(root);
  const [text = '', ...advice] = driveWarning(root)?.split('. ') ?? [];
  const warnings: Warning[] = verdict === 'good' ? [] : [{ text, repair: advice.join('. ') }];
  if (free_bytes !== null && free_bytes < LITTLE_SPACE) {
    warnings.push({
      text: `only ${Math.round(free_bytes / 1e6)} MB are free on the drive of ${root}`,
      repair: `Free some space. What nothing needs is named by: ${commandLine(['gc', '--dry-run'], paths)}`,
    });
  }
  return { ...findings({ warnings }), drive: { type, verdict, encrypted, free_bytes } };
}
