import { type DerivationHandle, GENERATOR, type QueryHandle } from '../../src/sdk/index.ts';
import { changeValues } from './change-fields.ts';
import { type Halves, readHalves } from './halves.ts';
import { type Mixture, readMixture } from './mixture.ts';
import type { Plan } from './plan.ts';
import type { WithModel } from './screen.ts';
import type { FoundChange } from './series-study.ts';
import { type Frame, levelsOf, seriesSql } from './series-table.ts';

/** Everything that a finding of one series cites. */
export interface ChangeEvidence {
  /** The series' own query. */
  readonly handle: QueryHandle;
  /** A query that yields every stretch that has rows at all: the times of changes. */
  readonly calendar: QueryHandle;
  readonly halves: Halves | undefined;
  readonly mixture: Mixture | undefined;
  readonly derivation: DerivationHandle;
}

const METHOD =
  'Penalised least squares segmentation with autoregressive noise; greatest gain of a split against permuted innovations, and likelihood ratio against drawn autoregressive series without a change';

/** Asks the series again on its own, and in halves, and within categories beside the largest change. */
export async function readEvidence(
  plan: Plan,
  frame: Frame,
  one: WithModel,
  { lead, claimed }: { readonly lead: FoundChange; readonly claimed: number },
): Promise<ChangeEvidence> {
  const { series, tested } = one;
  const levels = levelsOf(series.summary);
  const own = { levels, ...(series.condition !== undefined && { condition: series.condition }) };
  const handle = await plan.ctx.query(seriesSql(plan.axis, [series.summary], own));
  const calendar =
    levels.length === 0 && series.condition === undefined
      ? handle
      : await plan.ctx.query(seriesSql(plan.axis, [{ kind: 'rows' }]));
  const checked = await readHalves(plan, frame, one);
  const mixture = await readMixture(plan, series, lead);
  const derivation = plan.ctx.derivation({
    method: METHOD,
    parameters: parametersOf(plan, one),
    values: {
      ...changeValues(tested, checked?.halves),
      changes: claimed,
      stretches: series.values.length,
      ...(mixture && { crude_points: mixture.crude, within_points: mixture.within }),
    },
    inputs: [handle, ...(checked?.handles ?? []), ...(mixture === undefined ? [] : [mixture.handle])],
  });
  return { handle, calendar, halves: checked?.halves, mixture, derivation };
}

function parametersOf({ ctx, settings, axis }: Plan, { series, adjusted, tested }: WithModel) {
  return {
    width: axis.width ?? axis.word,
    model: tested.model.degree === 0 ? 'constants' : 'lines',
    places: [...tested.model.changes],
    autocorrelation_of_model: tested.model.phi,
    autocorrelation_allowed_for: tested.memory,
    ...(series.condition !== undefined && { stretches_kept: series.condition }),
    patterns_removed: adjusted.removed.map(({ cycle, how }) => `${cycle.name}, ${how}`),
    penalty: settings.study.detect.penalty,
    permutations: tested.test.draws,
    permutations_as_extreme: tested.test.hits,
    p_value_of_permutations: tested.test.byPermutations,
    ...(tested.againstMemory !== undefined && { p_value_against_memory_alone: tested.againstMemory }),
    generator: GENERATOR,
    seed: ctx.seed,
  };
}
