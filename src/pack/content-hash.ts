import { byCodePoint, hashJson, type Sha256 } from '../base/index.ts';

/** What of a run is content: the report, the trace, the results, the artifacts. */
const CONTENT = /^(report\.json|trace\.json|results\/.+|artifacts\/.+)$/;

/** One hash over the content of a run: runs with the same fingerprint share it, whenever and wherever they ran. */
export function contentHash(files: readonly { readonly path: string; readonly sha256: string }[]): Sha256 {
  const content = files.filter(({ path }) => CONTENT.test(path)).map(({ path, sha256 }) => [path, sha256]);
  return hashJson(content.sort(([a = ''], [b = '']) => byCodePoint(a, b)));
}
