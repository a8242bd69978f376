import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ensureDirectory,
  failPoint,
  hashFile,
  renameDurably,
  syncFile,
  unsafeFileName,
} from '../base/index.ts';
import type { ArtifactContent, PluginManifest, RawArtifact } from '../contract/index.ts';
import { refuseSecretsInFile } from './guard-secrets.ts';
import { InvalidOutput } from './invalid-output.ts';

/** More bytes than the manifest's limit: the execution counts as `limit_exceeded`. */
export class OutputLimitExceeded extends Error {
  override readonly name = 'OutputLimitExceeded';
}

/**
 * Moves the files that a plugin announced from its scratch folder to the run, and hashes them. Refuses links,
 * folders, names that are not safe everywhere, files that were not announced, and more bytes than allowed.
 */
export async function collectArtifacts(
  announced: readonly RawArtifact[],
  scratch: string,
  target: string,
  limits: PluginManifest['limits'],
): Promise<ArtifactContent[]> {
  assertNames(announced);
  const unannounced = (await readdir(scratch)).filter((name) => !announced.some((a) => a.path === name));
  if (unannounced.length > 0)
    throw new InvalidOutput(`the file ${unannounced[0]} was written but not announced`);
  if (announced.length > 0) await ensureDirectory(target);
  const collected: ArtifactContent[] = [];
  let bytes = 0;
  for (const artifact of announced) {
    const file = join(scratch, artifact.path);
    bytes += await sizeOf(file, artifact.path);
    if (bytes > limits.output_mb * 1e6) {
      throw new OutputLimitExceeded(`its artifacts exceed ${limits.output_mb} MB`);
    }
    await refuseSecretsInFile(`the artifact ${artifact.path}`, file);
    await syncFile(file);
    const hash = await hashFile(file);
    await renameDurably(file, join(target, artifact.path));
    failPoint('artifact.moved', artifact.path);
    const { size } = await lstat(join(target, artifact.path));
    collected.push({ ...artifact, sha256: hash, bytes: size });
  }
  return collected;
}

function assertNames(announced: readonly RawArtifact[]): void {
  const seen = new Set<string>();
  for (const { path } of announced) {
    const unsafe = unsafeFileName(path);
    if (unsafe !== undefined)
      throw new InvalidOutput(`the file name ${path} is not safe everywhere: ${unsafe}`);
    if (seen.has(path.toLowerCase())) throw new InvalidOutput(`two artifacts are called ${path}`);
    seen.add(path.toLowerCase());
  }
}

async function sizeOf(file: string, name: string): Promise<number> {
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined) throw new InvalidOutput(`the artifact ${name} was announced but not written`);
  if (!found.isFile() || found.nlink > 1) throw new InvalidOutput(`the artifact ${name} is not a plain file`);
  return found.size;
}
