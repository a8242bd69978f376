import { createHash } from 'node:crypto';
import { hexOf, type Sha256 } from '../base/index.ts';
import { BAG_INFO, BAGIT, DECLARATION, decodedPath, MANIFEST, oxumOf, TAG_MANIFEST } from './bag.ts';
import { PAYLOAD } from './payload.ts';

/** A file of a bag that came from somewhere: nothing of it is trusted. */
export interface BagMember {
  /** From the root of the bag, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  /** False for a link, a device … */
  readonly isPlain: boolean;
  /** Its content from the beginning; throws where it can't be read as it says it is. */
  read(): AsyncIterable<Buffer>;
}

/** Something about a pack that is not as it must be. */
export interface PackProblem {
  /** A file of the pack. */
  readonly path: string;
  readonly expected: string | null;
  readonly found: string | null;
}

/** A file of a bag that was read. */
export interface ReadMember {
  readonly path: string;
  readonly sha256: Sha256;
  readonly bytes: number;
  /** Its text, for files that are documents. */
  readonly text: string | undefined;
}

export interface BagCheck {
  readonly members: ReadonlyMap<string, ReadMember>;
  readonly problems: readonly PackProblem[];
}

/** Documents above this are not read: no pack has one. */
const LARGEST_DOCUMENT = 256 * 2 ** 20;

/**
 * Reads a bag whole and checks it by itself: safe names, plain files, a declaration, and every file in exactly one of the
 * two manifests, with its hash.
 */
export async function checkBag(
  files: readonly BagMember[],
  explain: (error: unknown) => string,
): Promise<BagCheck> {
  const problems: PackProblem[] = files.flatMap(unsafe);
  const safe = files.filter((file) => unsafe(file).length === 0);
  const members = new Map<string, ReadMember>();
  for (const file of safe) {
    try {
      members.set(file.path, await readMember(file));
    } catch (error) {
      problems.push({ path: file.path, expected: 'a file that can be read', found: explain(error) });
    }
  }
  return {
    members,
    problems: [...problems, ...bagProblems(members, new Set(files.map(({ path }) => path)))],
  };
}

function unsafe({ path, isPlain }: BagMember): PackProblem[] {
  if (!isPlain)
    return [{ path, expected: 'a plain file', found: 'a link, or something else that is no file' }];
  const segments = path.split('/');
  const climbs = segments.some((segment) => segment === '' || segment === '.' || segment === '..');
  if (!climbs && !/[\\:\u0000-\u001f\u007f]/.test(path)) return [];
  return [{ path, expected: 'a name inside the pack', found: 'a name that could lead out of it' }];
}

async function readMember(file: BagMember): Promise<ReadMember> {
  const keepText = /\.(json|txt)$/.test(file.path) && file.bytes <= LARGEST_DOCUMENT;
  const hash = createHash('sha256');
  const blocks: Buffer[] = [];
  let bytes = 0;
  for await (const block of file.read()) {
    hash.update(block);
    bytes += block.length;
    if (keepText) blocks.push(block);
  }
  const text = keepText ? Buffer.concat(blocks).toString('utf8') : undefined;
  return { path: file.path, sha256: `sha256:${hash.digest('hex')}`, bytes, text };
}

/** The tag files of a pack: those that the tag manifest lists, and itself. */
const TAGS = [BAGIT, BAG_INFO, MANIFEST];
const ALL_TAGS = [...TAGS, TAG_MANIFEST];

function bagProblems(members: ReadonlyMap<string, ReadMember>, all: ReadonlySet<string>): PackProblem[] {
  const missing = ALL_TAGS.filter((path) => !all.has(path));
  if (missing.length > 0)
    return missing.map((path) => ({ path, expected: 'a file of every bag', found: null }));
  const payload = [...members.values()].filter(({ path }) => path.startsWith(PAYLOAD));
  const tags = [...members.values()].filter(({ path }) => TAGS.includes(path));
  const others = [...all].filter((path) => !path.startsWith(PAYLOAD) && !ALL_TAGS.includes(path));
  const problems = [
    ...declarationProblems(members.get(BAGIT)),
    ...others.map((path) => ({ path, expected: null, found: 'no repro pack has such a file' })),
    ...manifestProblems(members.get(TAG_MANIFEST), tags, all),
    ...manifestProblems(members.get(MANIFEST), payload, all),
  ];
  const wholePayload = members.size === all.size && problems.length === 0;
  return wholePayload ? oxumProblems(members.get(BAG_INFO), payload) : problems;
}

function declarationProblems(bagit: ReadMember | undefined): PackProblem[] {
  if (bagit === undefined || bagit.text === DECLARATION) return [];
  return [{ path: BAGIT, expected: DECLARATION.trim().replace('\n', ', '), found: 'another text' }];
}

/** A manifest against the files it is about: each listed once, with its hash, and none listed that is not there. */
function manifestProblems(
  manifest: ReadMember | undefined,
  files: readonly ReadMember[],
  all: ReadonlySet<string>,
): PackProblem[] {
  if (manifest === undefined) return [];
  const listed = new Map<string, string>();
  const problems: PackProblem[] = [];
  const lines = (manifest.text ?? '').split('\n').filter((line) => line !== '');
  for (const line of lines) {
    const [, hash, path] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (hash === undefined || path === undefined) {
      problems.push({ path: manifest.path, expected: 'lines of hash and path', found: line.slice(0, 100) });
    } else if (listed.has(decodedPath(path))) {
      problems.push({ path: manifest.path, expected: 'each file once', found: `${path} twice` });
    } else listed.set(decodedPath(path), hash);
  }
  for (const { path, sha256 } of files) {
    const hash = listed.get(path);
    if (hash === undefined) problems.push({ path, expected: null, found: `it is not in ${manifest.path}` });
    else if (hash !== hexOf(sha256)) problems.push({ path, expected: `sha256:${hash}`, found: sha256 });
  }
  const gone = [...listed].filter(([path]) => !all.has(path));
  return [...problems, ...gone.map(([path, hash]) => ({ path, expected: `sha256:${hash}`, found: null }))];
}

function oxumProblems(info: ReadMember | undefined, payload: readonly ReadMember[]): PackProblem[] {
  const stated = /^Payload-Oxum: (.*)$/m.exec(info?.text ?? '')?.[1];
  const found = oxumOf(payload);
  return stated === found
    ? []
    : [
        {
          path: BAG_INFO,
          expected: `Payload-Oxum: ${stated ?? 'something'}`,
          found: `Payload-Oxum: ${found}`,
        },
      ];
}
