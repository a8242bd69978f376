import type { AppPaths, Clock } from '../base/index.ts';
import type {
  IngestReport,
  KnownIssueResult,
  ProvisionalFinding,
  RunManifest,
  RunStatus,
} from '../contract/index.ts';
import type { Dataset } from '../dataset/index.ts';
import type { FindingCounts } from '../report/index.ts';
import type { RunCounts, State } from '../state/index.ts';
import type { ResolvedConfig } from './config.ts';
import type { EngineIdentity } from './engine-identity.ts';
import type { Fingerprint, RunInput } from './fingerprint.ts';
import type { WaitsFor } from './governor.ts';
import type { HowAsked } from './how-asked.ts';
import type { RunUpload } from './manifest.ts';
import type { Outcome } from './outcome.ts';
import type { Plan } from './plan.ts';

/** Something worth telling while a run is under way. */
export type PipelineEvent =
  | { readonly kind: 'stage'; readonly stage: string }
  | { readonly kind: 'plugin_queued'; readonly plugin: string; readonly waitsFor: WaitsFor }
  | { readonly kind: 'plugin_started'; readonly plugin: string }
  | {
      readonly kind: 'plugin_progress';
      readonly plugin: string;
      readonly done: number;
      readonly total: number;
    }
  | {
      readonly kind: 'provisional';
      /** What it comes from: a plugin, by its id, or a file that is being read, by its name. */
      readonly source: 'plugin' | 'file';
      readonly by: string;
      readonly finding: ProvisionalFinding;
    }
  | {
      readonly kind: 'plugin_finished';
      readonly plugin: string;
      readonly status: string;
      readonly reused: boolean;
      readonly reason: string;
    };

/** A run that is planned in every detail. */
export interface PlannedRun {
  readonly runId: string;
  readonly createdAt: string;
  readonly input: RunInput;
  readonly ingest: readonly IngestReport[];
  readonly uploads: readonly RunUpload[];
  readonly config: ResolvedConfig;
  readonly plan: Plan;
  readonly fingerprint: Fingerprint;
  readonly engine: EngineIdentity;
  readonly asked: HowAsked;
  /** Plugins that say they can't work here, with why, and are executed all the same. */
  readonly unhealthy: ReadonlyMap<string, string>;
  /** Plugins that the operator has taken out of all runs, by id. */
  readonly disabled: readonly string[];
  /** An attempt before this one ended without a result; it goes on from what that one has finished. */
  readonly resumes: boolean;
  readonly wait: boolean;
  readonly signal: AbortSignal | undefined;
  onEvent(event: PipelineEvent): void;
}

export interface PipelineEnvironment {
  readonly state: State;
  readonly paths: AppPaths;
  readonly clock: Clock;
  /** Opens the dataset version of the run; closed when the run ends. */
  openDataset(): Promise<Dataset>;
  /** Hashes the parts again when a plugin was executed and all has been asked of them; throws SH_INTEGRITY_… where one has changed. */
  checkParts(): Promise<void>;
}

/** How a run ended. `manifest` where it was committed. */
export interface FinishedRun {
  readonly status: RunStatus;
  readonly reason: string;
  readonly outcomes: readonly Outcome[];
  readonly manifest?: RunManifest;
  readonly counts: RunCounts;
  readonly told: FindingCounts;
  /** What its report says of the known issues. */
  readonly knownIssues: readonly KnownIssueResult[];
}
