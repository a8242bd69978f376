import { join } from 'node:path';
import type { Sha256 } from '../base/index.ts';
import {
  DOCUMENTS,
  type Part,
  type ReproPack,
  type RunManifest,
  schemaFile,
  schemaText,
} from '../contract/index.ts';
import { bagged } from './bag.ts';
import { citationText } from './citation.ts';
import { contentHash } from './content-hash.ts';
import { CRATE, crateText } from './crate.ts';
import { dataPackageText, type PackedInput } from './data-package.ts';
import { madeFile, PAYLOAD, type PackFile } from './payload.ts';

/** What a repro pack is made of. Paths of files are absolute. */
export interface PackRequest {
  readonly manifest: RunManifest;
  readonly manifestSha256: Sha256;
  readonly manifestBytes: number;
  /** Where the files of the run lie. */
  readonly folder: string;
  readonly titles: ReadonlyMap<string, string>;
  readonly logs: boolean;
  /** The data, in the order of the parts; none where it was not asked for. */
  readonly inputs: readonly InputFiles[];
  /** What packs: name and version. */
  readonly software: string;
}

/** A stored file with its recorded hash. */
export interface StoredFile {
  readonly file: string;
  readonly sha256: Sha256;
  readonly bytes: number;
}

/** One upload with its part, to be packed. */
export interface InputFiles {
  readonly part: Part;
  readonly upload: StoredFile;
  readonly parquet: StoredFile;
  readonly document: StoredFile;
  readonly ingestReport: StoredFile;
  /** The records that could not be read, where there are some. */
  readonly rejects?: StoredFile;
}

export const PACK = 'pack.json';
/** The folder of the data, beside the files of the run. */
export const INPUTS = 'inputs/';
export const SCHEMAS = 'schemas/';
export const RUN_MANIFEST = 'run_manifest.json';
export const CITATION = 'CITATION.cff';
export const DATA_PACKAGE = 'datapackage.json';

/** Documents of a run, and those that come with data. */
const DOCUMENTS_OF_A_RUN = [
  ...['run_manifest.v1', 'report.v1', 'plugin_result.v1', 'finding.v1', 'trace.v1', 'run_events.v1'],
];
const DOCUMENTS_OF_DATA = ['part.v1', 'ingest_report.v1'];

/** What tells how a run went, and nothing of what it found. */
export function isLog(path: string): boolean {
  return ['journal.json', 'events.json', 'run.log'].includes(path) || path.startsWith('logs/');
}

/**
 * The files of a repro pack, in their order in the archive: a bag whose payload is a crate with everything that the run
 * wrote under its own paths, the schemas, and the data where it is included. A pure function of the run.
 */
export function buildPack(request: PackRequest): readonly PackFile[] {
  const run = runFiles(request);
  const inputs = request.inputs.map((input, index) => packedInput(input, index, request.manifest));
  const pack = packDocument(request, inputs);
  const files = [
    ...run,
    ...inputs.flatMap(({ upload, parquet, others }) => [upload, parquet, ...others]),
    ...schemaFiles(inputs.length > 0),
    madeFile(`${PAYLOAD}${PACK}`, json(pack), 'application/json', 'What this pack holds'),
    madeFile(`${PAYLOAD}${CITATION}`, citationText(request.manifest, pack), 'text/yaml', 'How to cite it'),
    ...(inputs.length === 0 ? [] : [dataPackage(request.manifest, inputs)]),
  ];
  const { manifest, titles } = request;
  const crate = crateText({ manifest, pack, files, inputs, titles });
  const crateFile = madeFile(`${PAYLOAD}${CRATE}`, crate, 'application/ld+json', 'RO-Crate metadata');
  return bagged([...files, crateFile], infoOf(request, pack));
}

function json(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function infoOf({ manifest, software }: PackRequest, pack: ReproPack): Record<string, string> {
  return {
    'Bag-Software-Agent': software,
    'Bagging-Date': manifest.finished_at.slice(0, 10),
    'External-Description': 'A run of Statistic Harness with everything needed to check it',
    'External-Identifier': `urn:uuid:${uuidOf(manifest.run_id)}`,
    'Run-Fingerprint': pack.run_fingerprint,
    'Content-SHA256': pack.content_sha256,
  };
}

function uuidOf(runId: string): string {
  return runId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function runFiles({ manifest, manifestSha256, manifestBytes, folder, logs }: PackRequest): PackFile[] {
  const wanted = manifest.artifacts.filter(({ path }) => logs || !isLog(path));
  const manifestFile = {
    path: RUN_MANIFEST,
    sha256: manifestSha256,
    bytes: manifestBytes,
    media_type: 'application/json',
  };
  return [manifestFile, ...wanted].map(({ path, sha256, bytes, media_type }) => ({
    path: `${PAYLOAD}${path}`,
    content: { file: join(folder, ...path.split('/')) },
    sha256,
    bytes,
    mediaType: media_type,
    title: TITLES[path] ?? path,
  }));
}

const TITLES: Readonly<Record<string, string>> = {
  'report.html': 'The report, to be read in a browser',
  'report.md': 'The report as Markdown',
  'report.json': 'The report as a document',
  'run_manifest.json': 'The run: circumstances, configuration, hashes',
  'trace.json': 'The lineage from upload to report',
};

function schemaFiles(withData: boolean): PackFile[] {
  const names = ['repro_pack.v1', ...DOCUMENTS_OF_A_RUN, ...(withData ? DOCUMENTS_OF_DATA : [])];
  return names.map((name) => {
    const path = `${PAYLOAD}${SCHEMAS}${schemaFile(name)}`;
    return madeFile(path, schemaText(DOCUMENTS[name] ?? {}), 'application/schema+json', `Schema of ${name}`);
  });
}

/** The files of one input; the Parquet file has the name that the SQL in the report gives it. */
function packedInput(input: InputFiles, index: number, { inputs }: RunManifest): PackedInput {
  const number = String(index + 1).padStart(5, '0');
  const original = inputs[index]?.original_filename ?? '';
  const at = (name: string): string => `${PAYLOAD}${INPUTS}${name}`;
  const part = `part-${number}`;
  const parquet = 'application/vnd.apache.parquet';
  const { rejects } = input;
  return {
    part: input.part,
    upload: storedFile(
      at(`upload-${number}${extensionOf(original)}`),
      input.upload,
      'application/octet-stream',
      original,
    ),
    parquet: storedFile(at(`${part}.parquet`), input.parquet, parquet, `Rows of part ${index + 1}, typed`),
    others: [
      storedFile(at(`${part}.json`), input.document, 'application/json', `Document of part ${index + 1}`),
      storedFile(
        at(`${part}.ingest_report.json`),
        input.ingestReport,
        'application/json',
        `How part ${index + 1} was read`,
      ),
      ...(rejects === undefined
        ? []
        : [
            storedFile(
              at(`${part}.rejects.parquet`),
              rejects,
              parquet,
              `Records of part ${index + 1} that could not be read`,
            ),
          ]),
    ],
  };
}

function storedFile(
  path: string,
  { file, sha256, bytes }: StoredFile,
  mediaType: string,
  title: string,
): PackFile {
  return { path, content: { file }, sha256, bytes, mediaType, title };
}

/** The extension of a file name, where it is a plain one. */
function extensionOf(name: string): string {
  return /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0].toLowerCase() ?? '';
}

function dataPackage(manifest: RunManifest, inputs: readonly PackedInput[]): PackFile {
  const text = dataPackageText(manifest, inputs);
  return madeFile(`${PAYLOAD}${DATA_PACKAGE}`, text, 'application/json', 'The data as a data package');
}

function packDocument(request: PackRequest, inputs: readonly PackedInput[]): ReproPack {
  const { manifest, logs } = request;
  const fileOf = ({ path, sha256, bytes }: PackFile) => ({ path: path.slice(PAYLOAD.length), sha256, bytes });
  return {
    schema_version: 'repro_pack.v1',
    run_id: manifest.run_id,
    run_fingerprint: manifest.run_fingerprint,
    status: manifest.results.status,
    kind: manifest.kind,
    coverage: manifest.coverage,
    content_sha256: contentHash(manifest.artifacts),
    manifest_sha256: request.manifestSha256,
    includes: { data: inputs.length > 0, logs },
    left_out: manifest.artifacts.map(({ path }) => path).filter((path) => !logs && isLog(path)),
    inputs: manifest.inputs.map(({ upload_sha256, part_id, bytes }, index) => {
      const packed = inputs[index];
      return {
        upload_sha256,
        part_id,
        bytes,
        upload: packed === undefined ? null : fileOf(packed.upload),
        part: packed === undefined ? null : fileOf(packed.parquet),
      };
    }),
  };
}
