import type { ReproPack, RunManifest } from '../contract/index.ts';
import type { PackedInput } from './data-package.ts';
import { PAYLOAD, type PackFile } from './payload.ts';

/** What a crate is made of. */
export interface CrateInput {
  readonly manifest: RunManifest;
  readonly pack: ReproPack;
  /** Every file of the payload but the crate's own. */
  readonly files: readonly PackFile[];
  /** The data, where it is included. */
  readonly inputs: readonly PackedInput[];
  /** Titles of the plugins by id, as the report has them. */
  readonly titles: ReadonlyMap<string, string>;
}

/** An entity of a crate: flat, with references as `{"@id": …}`. */
export type Entity = Readonly<Record<string, unknown>> & { readonly '@id': string };

/** The id of the program as software. */
export const ENGINE = '#statistic-harness';

/** The id of whoever ran it, whom no pack names. */
export const OPERATOR = '#operator';

/** The id of a plugin as software. */
export function pluginId(id: string): string {
  return `#plugin-${id}`;
}

/** The id of an upload that is not in the pack. */
export function inputId(index: number): string {
  return `#upload-${index + 1}`;
}

/** A file's id: its path from the root of the crate, as a URI. */
export function idOf({ path }: Pick<PackFile, 'path'>): string {
  return path.slice(PAYLOAD.length).split('/').map(encodeURIComponent).join('/');
}

export function reference({ '@id': id }: Entity): Pick<Entity, '@id'> {
  return { '@id': id };
}

/** The digits of a hash, as crates give them. */
export function hex(hash: string): string {
  return hash.slice('sha256:'.length);
}
