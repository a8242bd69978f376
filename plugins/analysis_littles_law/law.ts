import type { Context, EvidenceHandle, FieldInput } from '../../src/sdk/index.ts';

/** What the law is about, over a window in which everything begins and ends: whole microseconds. */
export interface Flow {
  /** How many came. */
  readonly arrivals: bigint;
  /** Time that they stayed, added up one by one. */
  readonly stayedUs: bigint;
  /** Number present, integrated over time by a sweep line: nothing of the single stays goes into it. */
  readonly sweptUs: bigint;
  readonly spanUs: bigint;
}

/** A flow whose sweep gives another total than its stays breaks the law, which nothing can: the code would be wrong. */
export function checkIdentity({ stayedUs, sweptUs }: Flow): void {
  if (stayedUs !== sweptUs)
    throw new Error(`the sweep counts ${sweptUs} µs and the stays add up to ${stayedUs} µs`);
}

/** Average number present L, arrivals per second λ and mean stay W, each of its own, and with units. */
export function lawFields(
  ctx: Context,
  { arrivals, stayedUs, sweptUs, spanUs }: Flow,
  inputs: readonly EvidenceHandle[],
  of: string,
): Record<string, FieldInput> {
  const law = ctx.derivation({
    method: "Little's law, L = λ W: L by a sweep line, λ and W by counting and adding up (Little, 1961)",
    parameters: { of },
    values: {
      l_time_avg: Number(sweptUs) / Number(spanUs),
      w_s: Number(stayedUs) / 1e6 / Number(arrivals),
      lambda_per_s: (Number(arrivals) * 1e6) / Number(spanUs),
      lambda_per_h: (Number(arrivals) * 3.6e9) / Number(spanUs),
      span_s: Number(spanUs) / 1e6,
      arrivals,
    },
    inputs,
  });
  return {
    l_time_avg: law.value('l_time_avg'),
    w_s: { from: law.value('w_s'), unit: 's' },
    lambda_per_s: { from: law.value('lambda_per_s'), unit: 'per second' },
    lambda_per_h: { from: law.value('lambda_per_h'), unit: 'per hour' },
    span_s: { from: law.value('span_s'), unit: 's' },
    arrivals: law.value('arrivals'),
  };
}
