import type {
  ArtifactContent,
  Coverage,
  DatasetSchema,
  DerivedColumn,
  PluginManifest,
  PluginOutput,
} from '../contract/index.ts';
import type { EvidenceRegistry } from './evidence-registry.ts';

/** What an execution left, and what the host knows about it. */
export interface FillInInput {
  readonly manifest: PluginManifest;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly schema: DatasetSchema;
  readonly coverage: Coverage;
  readonly output: PluginOutput;
  readonly registry: EvidenceRegistry;
  readonly derivedColumns: readonly DerivedColumn[];
  readonly artifacts: readonly ArtifactContent[];
}
