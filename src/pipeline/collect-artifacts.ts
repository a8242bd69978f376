import { join } from 'node:path';
import { ensureDirectory, failPoint, sha256, writeFileAtomic } from '../base/index.ts';
import { type ArtifactContent, type Coverage, type RawArtifact, sampleText } from '../contract/index.ts';
import { refuseSecrets } from './guard-secrets.ts';
import { InvalidOutput } from './invalid-output.ts';
import { mediaTypeProblem } from './media-types.ts';

/** Writes the files that a plugin handed over to the run, and hashes them. All are checked before the first is written. */
export async function collectArtifacts(
  announced: readonly RawArtifact[],
  received: ReadonlyMap<string, Uint8Array>,
  target: string,
  coverage: Coverage,
): Promise<ArtifactContent[]> {
  const files = checkArtifacts(announced, received);
  if (files.length > 0) await ensureDirectory(target);
  const collected: ArtifactContent[] = [];
  for (const { artifact, content } of files) {
    await writeFileAtomic(join(target, artifact.path), content);
    failPoint('artifact.written', artifact.path);
    collected.push({
      ...artifact,
      title: titleOf(artifact, coverage),
      sha256: sha256(content),
      bytes: content.length,
    });
  }
  return collected;
}

/** A file that is passed on alone is named by its title wherever it is listed. */
function titleOf({ title }: RawArtifact, coverage: Coverage): string {
  return coverage.kind === 'FULL' ? title : `${title} (SAMPLED: ${sampleText(coverage)})`;
}

/**
 * Each artifact with its bytes. Refuses (InvalidOutput) one that was announced and not handed over, or the other way
 * round, one whose bytes or name don't fit its type, and one that holds a secret.
 */
export function checkArtifacts(
  announced: readonly RawArtifact[],
  received: ReadonlyMap<string, Uint8Array>,
): { readonly artifact: RawArtifact; readonly content: Uint8Array }[] {
  const files = paired(announced, received);
  for (const { artifact, content } of files) {
    const problem = mediaTypeProblem(artifact.path, artifact.media_type, content);
    if (problem !== undefined) throw new InvalidOutput(`the artifact ${artifact.path}: ${problem}`);
    refuseSecrets(`the artifact ${artifact.path}`, content);
  }
  return files;
}

/** Each artifact with its bytes: what was announced is what was handed over, once. */
function paired(announced: readonly RawArtifact[], received: ReadonlyMap<string, Uint8Array>) {
  const names = new Set(announced.map(({ path }) => path));
  if (names.size < announced.length) throw new InvalidOutput('an artifact is announced twice');
  const silent = [...received.keys()].find((name) => !names.has(name));
  if (silent !== undefined) throw new InvalidOutput(`the file ${silent} was handed over but not announced`);
  return announced.map((artifact) => {
    const content = received.get(artifact.path);
    if (content === undefined)
      throw new InvalidOutput(`the artifact ${artifact.path} was announced but not handed over`);
    return { artifact, content };
  });
}
