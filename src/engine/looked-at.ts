import Type from 'typebox';
import { HarnessError } from '../base/index.ts';
import { type Coverage, check, type Sample, sampleOf } from '../contract/index.ts';
import { samplingOf, seedOfData } from '../pipeline/index.ts';
import type { Run } from '../state/index.ts';
import type { App } from './app.ts';
import { partsOf } from './open-version.ts';
import { readManifest } from './read-run.ts';

/** Which rows a run looks at, whether it has ended or not. */
export interface LookedAt {
  readonly looked_at: Coverage['kind'];
  /** How the sample is drawn; null where every row is looked at, and where neither manifest nor data can be read. */
  readonly sample: Sample | null;
}

/** As its configuration says; a share of one is none. */
const Sampled = Type.Object({
  seed: Type.String(),
  sample: Type.Object({ fraction: Type.Number(), by: Type.Optional(Type.String()) }),
});

export async function lookedAtBy(app: App, run: Run): Promise<LookedAt> {
  const asked = check(Sampled, run.config);
  if (!asked.ok) return { looked_at: 'FULL', sample: null };
  try {
    const sample =
      run.manifest_sha256 === null
        ? askedSample(app, run, asked.value)
        : sampleOf((await readManifest(app, run)).coverage);
    return { looked_at: 'SAMPLED', sample: sample ?? null };
  } catch (error) {
    // A list stays whole where a manifest is gone or damaged: "runs show" and "verify" tell of that.
    if (error instanceof HarnessError) return { looked_at: 'SAMPLED', sample: null };
    throw error;
  }
}

/** What a run without a manifest draws, or would have drawn. */
function askedSample(app: App, run: Run, { seed, sample }: Type.Static<typeof Sampled>): Sample | undefined {
  const version = app.state.versions.get(run.dataset_version_id);
  if (version === undefined) return undefined;
  const sampling = samplingOf(sample, version.schema);
  return { ...sampling, seed: seedOfData(seed, { version, parts: partsOf(app, version) }, sampling) };
}
