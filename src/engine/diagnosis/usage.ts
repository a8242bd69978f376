import type { Sha256 } from '../../base/index.ts';
import type { Run, State } from '../../state/index.ts';

/** Which runs and datasets rest on what, in words: `run 3f2a…`, `dataset orders`. */
export interface Usage {
  ofRun(runId: string): readonly string[];
  ofVersion(versionId: string): readonly string[];
  ofPart(partId: string): readonly string[];
  ofUpload(sha256: string): readonly string[];
}

/** What the database says; where it is gone, only what the files say of themselves is compared. */
export interface Records {
  readonly state: State;
  readonly usage: Usage;
}

/** What can be said of usage where the records can't be read. */
export const UNKNOWN_USAGE: Usage = {
  ofRun: (id) => (id === '' ? [] : [`run ${id}`]),
  ofVersion: () => [],
  ofPart: () => [],
  ofUpload: () => [],
};

/** Gathered once from the records; what a record that is damaged says is taken as it is. */
export function usageOf(state: State, runs: readonly Run[]): Usage {
  const byRun = new Map(runs.map((run) => [run.run_id, [`run ${run.run_id}`, `dataset ${run.dataset}`]]));
  const byVersion = new Map<string, Set<string>>();
  const byPart = new Map<string, Set<string>>();
  const byUpload = new Map<string, Set<string>>();
  for (const { name } of state.datasets.list()) {
    for (const { dataset_version_id } of state.versions.list(name)) {
      add(byVersion, dataset_version_id, [`dataset ${name}`]);
    }
  }
  for (const { dataset_version_id, run_id } of runs) {
    add(byVersion, dataset_version_id, byRun.get(run_id) ?? []);
  }
  for (const [id, touched] of byVersion) {
    for (const part of state.versions.get(id as Sha256)?.parts ?? []) {
      add(byPart, part, touched);
      const upload = state.parts.get(part as Sha256)?.upload_sha256;
      if (upload !== undefined) add(byUpload, upload, touched);
    }
  }
  const listed = (map: ReadonlyMap<string, ReadonlySet<string>>) => (id: string) => [...(map.get(id) ?? [])];
  return {
    ofRun: (id) => byRun.get(id) ?? [],
    ofVersion: listed(byVersion),
    ofPart: listed(byPart),
    ofUpload: listed(byUpload),
  };
}

function add(map: Map<string, Set<string>>, key: string, touched: Iterable<string>): void {
  const known = map.get(key) ?? new Set();
  for (const one of touched) known.add(one);
  map.set(key, known);
}
