import { existsSync } from 'node:fs';
import type { Run } from '../state/index.ts';
import type { Appdata } from './app.ts';
import { type Damage, RESTORE } from './damage.ts';

/**
 * The chain of manifests, from the first link to the head: every link follows the one before it and names the manifest
 * of its run, and none of `runs` is missing from it.
 */
export function checkChain(
  { state, paths }: Appdata,
  runs: readonly Run[],
  touches: readonly string[],
): Damage[] {
  const damages: Damage[] = [];
  const broken = (path: string, expected: string | null, found: string | null): void =>
    void damages.push({
      kind: 'chain',
      what: 'The chain of manifests',
      path,
      expected,
      found,
      touches,
      repair: RESTORE,
    });
  let previous: string | null = null;
  let ordinal = 0;
  const linked = new Set<string>();
  for (const link of state.chain.list()) {
    const at = `link ${link.ordinal} (run ${link.run_id})`;
    if (link.ordinal !== ordinal + 1) broken(at, `link ${ordinal + 1}`, `link ${link.ordinal}`);
    if (link.previous_manifest_sha256 !== previous) {
      broken(at, previous ?? 'no link before it', link.previous_manifest_sha256 ?? 'no link before it');
    }
    const known = state.runs.get(link.run_id)?.manifest_sha256;
    // A purged run leaves its link; one whose files are still there has lost its record.
    const lost = known === undefined && existsSync(paths.run(link.run_id));
    if (lost) broken(at, `the record of run ${link.run_id}`, null);
    if (known !== undefined && known !== link.manifest_sha256) {
      broken(at, known ?? 'a run without a manifest', link.manifest_sha256);
    }
    linked.add(link.run_id);
    previous = link.manifest_sha256;
    ordinal = link.ordinal;
  }
  for (const { run_id, manifest_sha256 } of runs) {
    if (!linked.has(run_id)) broken(`the link of run ${run_id}`, manifest_sha256, null);
  }
  return damages;
}
