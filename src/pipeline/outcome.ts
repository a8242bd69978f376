import type { Sha256 } from '../base/index.ts';
import type {
  Capability,
  LimitName,
  Limits,
  OutcomeStatus,
  PluginManifest,
  PluginResult,
} from '../contract/index.ts';
import type { RunCounts } from '../state/index.ts';
import type { PlannedPlugin } from './plan.ts';

/** How one plugin of a run ended, with the circumstances. */
export interface Outcome {
  readonly entry: PlannedPlugin;
  readonly manifest: PluginManifest;
  readonly status: OutcomeStatus;
  /** Why, where it is not `ok`; empty otherwise. Content: no times, no paths. */
  readonly reason: string;
  /** The limit that ended it, if one did. */
  readonly limit?: LimitName;
  /** The limits in force where it was executed; absent where it was not. */
  readonly limits?: Limits;
  readonly executionFingerprint: Sha256 | null;
  readonly seed: string;
  /** Where the status is `ok`: the result, its canonical text and its hash. */
  readonly ok?: { readonly result: PluginResult; readonly text: string; readonly sha256: Sha256 };
  readonly reusedFrom: string | null;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly durationMs: number | null;
  readonly peakMemoryBytes: number | null;
  readonly exitCode: number | null;
  readonly sandboxLayers: readonly string[];
  /** What it made use of, as the host saw it; null where nothing was executed. Of the network the host sees nothing. */
  readonly usedCapabilities: readonly Capability[] | null;
  /** What it tried to use without declaring it, and was refused. */
  readonly undeclaredCapabilities: readonly Capability[];
  /** Chunks whose states were computed, and those whose kept states were taken over. */
  readonly chunks: { readonly computed: number; readonly takenOver: number };
}

/** Statuses that make a run PARTIAL. */
export function isFailure(status: OutcomeStatus): boolean {
  return status !== 'ok' && status !== 'not_applicable';
}

/** How many plugins ended how. */
export function countOutcomes(outcomes: readonly Outcome[], findings: number): RunCounts {
  const count = (wanted: (outcome: Outcome) => boolean): number => outcomes.filter(wanted).length;
  return {
    findings,
    plugins_ok: count((outcome) => outcome.status === 'ok'),
    plugins_reused: count((outcome) => outcome.reusedFrom !== null),
    plugins_failed: count((outcome) => isFailure(outcome.status)),
    plugins_not_applicable: count((outcome) => outcome.status === 'not_applicable'),
  };
}
