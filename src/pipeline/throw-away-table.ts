import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appPaths, ensureDirectory, removeTree } from '../base/index.ts';
import type { DatasetVersion, IngestOptions, Part, RoleMap } from '../contract/index.ts';
import { type Dataset, openDataset } from '../dataset/index.ts';
import { applyRoleFlags, ingestFiles } from '../ingest/index.ts';

/** A file, and how it is to be read. */
export interface TableFile {
  readonly path: string;
  readonly options?: Partial<IngestOptions>;
  /** Role → columns, put over what is inferred. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
}

/** A table that was read as a run reads one, in a folder of its own. */
export interface ThrowAwayTable {
  readonly version: DatasetVersion;
  readonly parts: readonly Part[];
  readonly roles: RoleMap;
  /** An appdata that holds nothing else. */
  readonly folder: string;
  /** Opens the rows, in chunks of `chunkRows` where given. Whoever opens closes. */
  open(chunkRows?: number): Promise<Dataset>;
}

const READ_AS_IT_IS: IngestOptions = {
  format: 'auto',
  delimiter: null,
  quote: null,
  header: 'auto',
  types: {},
};
const MEMORY_BYTES = 512 * 2 ** 20;

/** Reads a file with the real reader, types and roles, hands the table over, and leaves nothing behind. */
export async function withThrowAwayTable<T>(
  { path, options = {}, roles = {} }: TableFile,
  use: (table: ThrowAwayTable) => Promise<T>,
): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'stat-harness-table-')));
  try {
    const paths = appPaths(folder);
    const { version, parts } = await ingestFiles({
      files: [{ path }],
      options: { ...READ_AS_IT_IS, ...options },
      paths,
      memoryBytes: MEMORY_BYTES,
      threads: 1,
      engineCode: '',
    });
    await ensureDirectory(paths.temporary);
    return await use({
      version,
      parts,
      roles: applyRoleFlags(version.roles, version.schema, roles),
      folder,
      open: (chunkRows) =>
        openDataset({
          parts: parts.map((part) => ({
            part,
            parquetPath: join(paths.part(part.part_id), 'part.parquet'),
          })),
          schema: version.schema,
          temporaryDirectory: paths.temporary,
          memoryBytes: MEMORY_BYTES,
          threads: 1,
          ...(chunkRows !== undefined && { chunkRows }),
        }),
    });
  } finally {
    await removeTree(folder);
  }
}
