import type { Context, LeastSquares, SerialDependence } from '../../src/sdk/index.ts';
import type { Question } from './columns.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { Fit, Model } from './fit.ts';
import type { RankTests } from './rank-test.ts';
import type { Settings } from './settings.ts';
import type { ModelSums } from './sums.ts';
import type { Terms } from './terms.ts';

/** What every part of the analysis works on. */
export interface Study {
  readonly ctx: Context;
  readonly settings: Settings;
  readonly question: Question;
  readonly terms: Terms;
  readonly sums: ModelSums;
  /** Undefined where ranks say nothing about the model: without a constant, and with powers. */
  readonly ranks: RankTests | undefined;
  /** Undefined where a model was asked for, and where there are no ranks. */
  readonly serial: SerialDependence | undefined;
}

/** Fits models on all rows and on each half of them. */
export interface Fits {
  readonly whole: Fit;
  readonly first: Fit;
  readonly second: Fit;
}

/** A model that could be solved. */
export interface Fitted {
  readonly model: Model;
  readonly fit: LeastSquares;
}

/** A fitted model with what its residuals say. */
export interface Diagnosed extends Fitted {
  readonly diagnostics: Diagnostics | undefined;
}
