import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { entriesBelow, HarnessError, isSystemError, messageOf } from '../base/index.ts';
import type { ReproPack } from '../contract/index.ts';
import { openPackage, type PackagePart } from '../ingest/index.ts';
import { type BagMember, checkPack, type PackCheck, type PackProblem } from '../pack/index.ts';
import { type Damage, damageText } from './damage.ts';

/** What `verify PACK --json` prints. */
export interface PackVerification {
  readonly schema_version: 'pack_verification.v1';
  readonly pack: string;
  readonly ok: boolean;
  readonly files_checked: number;
  /** What the pack says of itself; null where that can't be read. */
  readonly contents: ReproPack | null;
  readonly damages: readonly Damage[];
  readonly problems: readonly string[];
}

/**
 * Checks a repro pack, as a zip file or unpacked in a folder, by nothing but itself: no appdata, no database. Throws
 * SH_INPUT_NOT_FOUND, SH_PACK_NOT_FOUND, SH_PACK_REFUSED.
 */
export async function verifyPack(path: string): Promise<PackVerification> {
  const checked = await checkPackAt(path);
  const damages = checked.problems.map((problem) => damageOf(problem, path, checked));
  return {
    schema_version: 'pack_verification.v1',
    pack: path,
    ok: damages.length === 0,
    files_checked: checked.files,
    contents: checked.pack,
    damages,
    problems: damages.map(damageText),
  };
}

/** Everything that is in a pack, checked. Throws as `verifyPack` does. */
export async function checkPackAt(path: string): Promise<PackCheck> {
  const checked = await checkFileOrFolder(path);
  if (checked.isNone) throw new HarnessError('SH_PACK_NOT_FOUND', { path });
  return checked;
}

async function checkFileOrFolder(path: string): Promise<PackCheck> {
  const found = await lstat(path).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) throw new HarnessError('SH_INPUT_NOT_FOUND', { path });
    throw error;
  });
  return found.isDirectory() ? checkPack(await membersOfFolder(path), messageOf) : checkArchive(path);
}

async function checkArchive(path: string): Promise<PackCheck> {
  const opened = await openPackage(path, path).catch((error: unknown) => {
    throw asRefused(error, path);
  });
  try {
    return await checkPack(membersOfArchive(opened.parts), reasonOf);
  } finally {
    opened.close();
  }
}

/** What a zip file is refused for, without its path. */
function reasonOf(error: unknown): string {
  return error instanceof HarnessError && 'reason' in error.parameters
    ? String(error.parameters['reason'])
    : messageOf(error);
}

function asRefused(error: unknown, path: string): unknown {
  const refusal = error instanceof HarnessError && error.code.startsWith('SH_INPUT_');
  return refusal
    ? new HarnessError('SH_PACK_REFUSED', { path, reason: reasonOf(error) }, { cause: error })
    : error;
}

/** The files of an archive; where all lie in one folder that holds the bag, from that folder. */
function membersOfArchive(parts: readonly PackagePart[]): BagMember[] {
  const names = parts.map(({ name }) => name);
  const [folder = ''] = names[0]?.split('/') ?? [];
  const inFolder =
    names.includes(`${folder}/bagit.txt`) && names.every((name) => name.startsWith(`${folder}/`));
  const skipped = inFolder ? folder.length + 1 : 0;
  return parts.map((part) => ({
    path: part.name.slice(skipped),
    bytes: part.bytes,
    isPlain: part.isPlain,
    read: () => part.stream(),
  }));
}

async function membersOfFolder(folder: string): Promise<BagMember[]> {
  const members = (await entriesBelow(folder)).map(async ({ path, isPlain }): Promise<BagMember> => {
    const file = join(folder, ...path.split('/'));
    return { path, bytes: (await lstat(file)).size, isPlain, read: () => createReadStream(file) };
  });
  return Promise.all(members);
}

function damageOf({ path, expected, found }: PackProblem, pack: string, { manifest }: PackCheck): Damage {
  return {
    kind: expected === null ? 'stray' : 'file',
    what: 'The file of the pack',
    path,
    expected,
    found,
    touches: [`pack ${pack}`, ...(manifest === null ? [] : [`run ${manifest.run_id}`])],
    repair: 'Do not use this pack. Ask whoever gave it to you for it again.',
  };
}
