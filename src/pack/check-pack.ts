import type { Static, TSchema } from 'typebox';
import { canonicalJson, hashJson, type Sha256 } from '../base/index.ts';
import {
  check,
  describeProblems,
  Part,
  PluginResult,
  Report,
  ReproPack,
  RunEvents,
  RunManifest,
  Trace,
} from '../contract/index.ts';
import { BAG_INFO, BAGIT, MANIFEST, TAG_MANIFEST } from './bag.ts';
import { CITATION, DATA_PACKAGE, INPUTS, isLog, PACK, RUN_MANIFEST } from './build-pack.ts';
import { type BagMember, checkBag, type PackProblem, type ReadMember } from './check-bag.ts';
import { contentHash } from './content-hash.ts';
import { CRATE } from './crate.ts';
import { PAYLOAD } from './payload.ts';

/** What was found in a pack; its documents are null where they can't be read. */
export interface PackCheck {
  readonly files: number;
  /** Nothing that makes a pack is there: neither a file of the bag, nor what the pack says of itself. */
  readonly isNone: boolean;
  readonly pack: ReproPack | null;
  readonly manifest: RunManifest | null;
  readonly report: Report | null;
  readonly problems: readonly PackProblem[];
}

/** Any of these is a sign that a pack was meant. */
const MARKS: ReadonlySet<string> = new Set([BAGIT, BAG_INFO, MANIFEST, TAG_MANIFEST, PAYLOAD + PACK]);

type Members = ReadonlyMap<string, ReadMember>;

/**
 * Checks a repro pack by itself: the bag, then what the bag can't know: that the run manifest names what is there with
 * its hashes, that nothing is left out but what may be, that nothing else is in it, and that every document fits its
 * schema. Whoever changes a pack and all its hashes makes another pack: compare the hash of its manifest.
 */
export async function checkPack(
  files: readonly BagMember[],
  explain: (error: unknown) => string,
): Promise<PackCheck> {
  const bag = await checkBag(files, explain);
  const payload: Members = new Map(
    [...bag.members]
      .filter(([path]) => path.startsWith(PAYLOAD))
      .map(([path, member]) => [path.slice(PAYLOAD.length), member]),
  );
  const pack = readDocument(payload, PACK, ReproPack);
  const manifest = readDocument(payload, RUN_MANIFEST, RunManifest);
  const report = readDocument(payload, 'report.json', Report);
  const problems = [...bag.problems, ...pack.problems, ...manifest.problems];
  if (pack.value !== null && manifest.value !== null) {
    problems.push(
      ...statementProblems(payload, pack.value, manifest.value),
      ...artifactProblems(payload, pack.value, manifest.value),
      ...inputProblems(payload, pack.value, manifest.value),
      ...strays(payload, pack.value, manifest.value),
      ...report.problems,
      ...documentProblems(payload),
      ...crateProblems(payload),
    );
  }
  return {
    files: files.length,
    isNone: !files.some(({ path }) => MARKS.has(path)),
    pack: pack.value,
    manifest: manifest.value,
    report: report.value,
    problems: onePerFile(problems),
  };
}

/** The first problem of each file: what follows from it says nothing new. */
function onePerFile(problems: readonly PackProblem[]): PackProblem[] {
  return [...new Map(problems.toReversed().map((problem) => [problem.path, problem])).values()].toReversed();
}

interface ReadDocument<T> {
  readonly value: T | null;
  readonly problems: readonly PackProblem[];
}

function readDocument<S extends TSchema>(members: Members, path: string, schema: S): ReadDocument<Static<S>> {
  const problem = (found: string | null): ReadDocument<Static<S>> => ({
    value: null,
    problems: [{ path: PAYLOAD + path, expected: 'a document that fits its schema', found }],
  });
  const member = members.get(path);
  if (member === undefined) return problem(null);
  const value = parsed(member);
  if (value === undefined) return problem('no JSON');
  const checked = check(schema, value);
  return checked.ok ? { value: checked.value, problems: [] } : problem(describeProblems(checked.problems));
}

function parsed({ text }: ReadMember): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** What `pack.json` says about the run, against the manifest; and the hashes that the manifest holds of itself. */
function statementProblems(members: Members, pack: ReproPack, manifest: RunManifest): PackProblem[] {
  const about = (path: string, what: string, expected: unknown, found: unknown): PackProblem[] =>
    canonicalJson(expected) === canonicalJson(found)
      ? []
      : [{ path: PAYLOAD + path, expected: `${what} ${shown(expected)}`, found: shown(found) }];
  const left = manifest.artifacts.map(({ path }) => path).filter((path) => !members.has(path));
  return [
    ...about(PACK, 'manifest_sha256', members.get(RUN_MANIFEST)?.sha256, pack.manifest_sha256),
    ...about(PACK, 'run_id', manifest.run_id, pack.run_id),
    ...about(PACK, 'run_fingerprint', manifest.run_fingerprint, pack.run_fingerprint),
    ...about(PACK, 'status', manifest.results.status, pack.status),
    ...about(PACK, 'kind', manifest.kind, pack.kind),
    ...about(PACK, 'coverage', manifest.coverage, pack.coverage),
    ...about(PACK, 'content_sha256', contentHash(manifest.artifacts), pack.content_sha256),
    ...about(PACK, 'left_out', pack.includes.logs ? [] : left.filter(isLog), pack.left_out),
    ...about(
      RUN_MANIFEST,
      'run_fingerprint',
      hashJson(manifest.fingerprint_document),
      manifest.run_fingerprint,
    ),
    ...about(RUN_MANIFEST, 'config.sha256', hashJson(manifest.config.resolved), manifest.config.sha256),
  ];
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value ?? null).slice(0, 100);
}

/** Every file that the manifest names is there as it says, but for logs that were left out. */
function artifactProblems(members: Members, pack: ReproPack, manifest: RunManifest): PackProblem[] {
  return manifest.artifacts.flatMap(({ path, sha256, bytes }) => {
    const member = members.get(path);
    if (member === undefined && isLog(path) && pack.left_out.includes(path)) return [];
    return fileProblems(path, { sha256, bytes }, member);
  });
}

function fileProblems(
  path: string,
  recorded: { readonly sha256: string; readonly bytes?: number },
  member: ReadMember | undefined,
): PackProblem[] {
  if (member === undefined) return [{ path: PAYLOAD + path, expected: recorded.sha256, found: null }];
  if (member.sha256 !== recorded.sha256)
    return [{ path: PAYLOAD + path, expected: recorded.sha256, found: member.sha256 }];
  if (recorded.bytes === undefined || recorded.bytes === member.bytes) return [];
  return [{ path: PAYLOAD + path, expected: `${recorded.bytes} bytes`, found: `${member.bytes} bytes` }];
}

/** The data, where it is included, is what the manifest was made of. */
function inputProblems(members: Members, pack: ReproPack, manifest: RunManifest): PackProblem[] {
  if (pack.inputs.length !== manifest.inputs.length) {
    return [
      {
        path: PAYLOAD + PACK,
        expected: `${manifest.inputs.length} inputs`,
        found: String(pack.inputs.length),
      },
    ];
  }
  return manifest.inputs.flatMap((input, index) => {
    const packed = pack.inputs[index];
    if (packed?.upload_sha256 !== input.upload_sha256 || packed.part_id !== input.part_id) {
      const found = packed?.upload_sha256 ?? 'nothing';
      return [{ path: PAYLOAD + PACK, expected: `input ${input.upload_sha256}`, found }];
    }
    const { upload, part } = packed;
    if (!pack.includes.data || upload === null || part === null) return [];
    const report = part.path.replace(/\.parquet$/, '.ingest_report.json');
    const sha256 = parquetOf(members, part.path, input);
    return [
      ...fileProblems(
        upload.path,
        { sha256: input.upload_sha256, bytes: input.bytes },
        members.get(upload.path),
      ),
      ...fileProblems(part.path, { sha256 }, members.get(part.path)),
      ...fileProblems(report, { sha256: input.ingest_report_sha256 }, members.get(report)),
    ];
  });
}

/** The Parquet file is the one that the run read, or, made again since, one of the same rows, as its document says. */
function parquetOf(members: Members, path: string, input: RunManifest['inputs'][number]): Sha256 {
  const { value } = readDocument(members, path.replace(/\.parquet$/, '.json'), Part);
  const isSame = value?.part_id === input.part_id && value.rows_sha256 === input.rows_sha256;
  return isSame && input.rows_sha256 !== undefined ? value.parquet_sha256 : input.parquet_sha256;
}

const SCHEMA = /^schemas\/[a-z_]+\.v\d+\.schema\.json$/;

/** Whatever no document of the pack speaks of. */
function strays(members: Members, pack: ReproPack, manifest: RunManifest): PackProblem[] {
  const named = new Set([
    ...[RUN_MANIFEST, PACK, CRATE, CITATION],
    ...manifest.artifacts.map(({ path }) => path),
    ...(pack.includes.data ? [DATA_PACKAGE, ...pack.inputs.flatMap(filesOfInput)] : []),
  ]);
  return [...members.keys()]
    .filter((path) => !named.has(path) && !SCHEMA.test(path))
    .map((path) => ({ path: PAYLOAD + path, expected: null, found: 'no document of the pack names it' }));
}

/** Where the files of one input may lie. */
function filesOfInput({ upload, part }: ReproPack['inputs'][number]): string[] {
  const stem = part?.path.replace(/\.parquet$/, '') ?? '';
  const beside = ['.json', '.ingest_report.json', '.rejects.parquet'].map((end) => stem + end);
  return [upload?.path ?? '', part?.path ?? '', ...beside].filter((path) => path.startsWith(INPUTS));
}

function documentProblems(members: Members): PackProblem[] {
  const results = [...members.keys()].filter((path) => /^results\/[^/]+\.json$/.test(path));
  return [
    ...readDocument(members, 'trace.json', Trace).problems,
    ...(members.has('events.json') ? readDocument(members, 'events.json', RunEvents).problems : []),
    ...results.flatMap((path) => readDocument(members, path, PluginResult).problems),
  ];
}

/** The crate describes every file of the payload but itself, with its hash. */
function crateProblems(members: Members): PackProblem[] {
  const crate = members.get(CRATE);
  const described = new Map(crate === undefined ? [] : filesOf(parsed(crate)));
  return [...members.values()]
    .filter((member) => member !== crate)
    .filter(
      ({ path, sha256 }) => described.get(path.slice(PAYLOAD.length)) !== sha256.slice('sha256:'.length),
    )
    .map(({ path }) => ({
      path: PAYLOAD + CRATE,
      expected: `a description of ${path}`,
      found: 'none with its hash',
    }));
}

function filesOf(crate: unknown): [string, unknown][] {
  if (typeof crate !== 'object' || crate === null || !('@graph' in crate) || !Array.isArray(crate['@graph']))
    return [];
  return crate['@graph'].flatMap((entity: unknown): [string, unknown][] => {
    if (typeof entity !== 'object' || entity === null || !('@id' in entity) || !('sha256' in entity))
      return [];
    return [[decoded(String(entity['@id'])), entity.sha256]];
  });
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
