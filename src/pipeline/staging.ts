import { appendFileSync } from 'node:fs';

import { dirname, join } from 'node:path';
import {
  type AppPaths,
  type Clock,
  canonicalJson,
  ensureDirectory,
  failPoint,
  namesIn,
  redact,
  removeTree,
  type Sha256,
  sha256,
  writeFileAtomic,
} from '../base/index.ts';
import type { ManifestArtifact } from '../contract/index.ts';
import { putEarlierAttemptAside } from './attempts.ts';

/** What a run is doing: each phase is written down before its work begins; `sealed` before the manifest is written. */
export type Phase = 'planned' | 'executing' | 'reporting' | 'sealed';

/** A run under way: a folder in staging that becomes the run's folder by one rename, or never. */
export interface Staging {
  readonly folder: string;
  /** Throw-away folder for sandboxes; gone before the run is sealed. */
  readonly work: string;
  path(...names: readonly string[]): string;
  enter(phase: Phase): Promise<void>;
  /** Writes a file of the run durably and registers it. */
  write(path: string, content: string, mediaType: string): Promise<ManifestArtifact>;
  /** Registers a file that already lies in the folder. */
  register(artifact: ManifestArtifact): void;
  readonly artifacts: readonly ManifestArtifact[];
}

/** Makes the staging folder of a run; what an earlier attempt has left in it are logs, which are put aside. */
export async function openStaging(paths: AppPaths, runId: string, clock: Clock): Promise<Staging> {
  const folder = paths.stagedRun(runId);
  const phases: { phase: Phase; at: string }[] = [];
  const artifacts: ManifestArtifact[] = [];
  const path = (...names: readonly string[]): string => join(folder, ...names);
  // Only logs survive an attempt, so that no run mixes what two have made.
  await keepOnlyLogs(paths, runId);
  await putEarlierAttemptAside(folder);
  for (const name of ['results', 'artifacts', 'logs', 'work']) await ensureDirectory(path(name));
  return {
    folder,
    work: path('work'),
    path,
    artifacts,
    async enter(phase) {
      phases.push({ phase, at: clock.now() });
      await writeFileAtomic(path('journal.json'), canonicalJson({ run_id: runId, phases }));
      failPoint('journal.entered', phase);
    },
    async write(name, content, mediaType) {
      const file = path(...name.split('/'));
      await ensureDirectory(dirname(file));
      await writeFileAtomic(file, content);
      failPoint('document.written', name);
      const artifact = engineFile(name, content, mediaType);
      artifacts.push(artifact);
      return artifact;
    },
    register: (artifact) => void artifacts.push(artifact),
  };
}

function engineFile(path: string, content: string, mediaType: string): ManifestArtifact {
  return {
    path,
    sha256: sha256(content) satisfies Sha256,
    bytes: Buffer.byteLength(content),
    media_type: mediaType,
    producer: 'engine',
    keep: true,
  };
}

/** What remains of a run that did not end: its logs and its journal. */
const KEPT = ['journal.json', 'logs', 'run.log'];

/** Throws away everything that a run which did not end has made, but for its logs and its journal. */
export async function keepOnlyLogs(paths: AppPaths, runId: string): Promise<void> {
  const folder = paths.stagedRun(runId);
  for (const name of await namesIn(folder)) {
    if (!KEPT.includes(name)) await removeTree(join(folder, name));
  }
  failPoint('run.stripped', folder);
}

/** Appends a line to a log file of a run, without secrets, at once: a run that is killed keeps what was said before. Not synced. */
export function appendLog(file: string, line: string): void {
  failPoint('log.appending', file);
  appendFileSync(file, `${redact(line)}\n`);
  failPoint('log.appended', file);
}
