import Type, { type Static } from 'typebox';
import { closed } from './common.ts';

const Nullable = Type.Union([Type.Number({ minimum: 0 }), Type.Null()]);

/** What one thing took, with all processes that it started; the last two are null where the system does not tell. */
const Cost = closed({
  wall_s: Type.Number({ minimum: 0 }),
  processor_s: Nullable,
  peak_memory_bytes: Nullable,
});

/** One case at one size, in units of the peer that was measured in turn with it. */
const BenchResult = closed({
  /** Such as `table of 8 columns: first run`. */
  case: Type.String(),
  rows: Type.Integer({ minimum: 1 }),
  repeats: Type.Integer({ minimum: 1 }),
  /** Medians over the repeats of what the case took over what the peer took beside it. */
  ratios: closed({ wall: Type.Number({ minimum: 0 }), processor: Nullable, memory: Nullable }),
  cost: Cost,
  /** Loads the same file and summarises it. */
  peer: closed({ name: Type.String(), version: Type.String(), cost: Cost }),
  /** From the beginning of the run to its first provisional finding. */
  first_finding_s: Nullable,
  /** The commit that was measured; `changed` where the work tree had changes beside it. */
  commit: Type.Union([Type.String({ pattern: '^[0-9a-f]{40}$' }), Type.Null()]),
  changed: Type.Boolean(),
  taken_at: Type.String(),
  machine: closed({
    platform: Type.String(),
    processors: Type.Integer({ minimum: 1 }),
    model: Type.String(),
    memory_bytes: Type.Number({ minimum: 0 }),
    node: Type.String(),
  }),
});
export type BenchResult = Static<typeof BenchResult>;

/** What `npm run bench` measured; the one in bench/baseline.json is what the gate compares with. */
export const BenchBaseline = closed(
  { schema_version: Type.Literal('bench_baseline.v1'), results: Type.Array(BenchResult) },
  { $id: 'bench_baseline.v1' },
);
export type BenchBaseline = Static<typeof BenchBaseline>;
