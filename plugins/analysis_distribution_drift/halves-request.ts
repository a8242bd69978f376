import {
  type Context,
  type FieldInput,
  type FindingInput,
  GENERATOR,
  isSourceColumn,
  type QueryHandle,
} from '../../src/sdk/index.ts';
import type { HalvesTest, Replicated, Split } from './halves.ts';
import type { Settings } from './settings.ts';

/** A test of halves with its label in the ledger. */
export interface LabelledHalves {
  readonly test: HalvesTest;
  readonly label: string;
}

/** What all findings on halves tell. */
export interface HalvesRequest extends LabelledHalves {
  readonly split: Split;
  /** When the halves end and begin. */
  readonly when: QueryHandle;
  readonly settings: Settings;
  /** From 1, in the order of the findings. */
  readonly ordinal: number;
}

/** Parts of a finding that are the same for measures and categories. */
export function commonOf(
  { test, settings }: HalvesRequest,
  label: string,
  replicated: Replicated | undefined,
): Pick<FindingInput, 'test' | 'how' | 'severity' | 'ranking' | 'replication' | 'limitations'> {
  const { index } = test.size;
  return {
    test: label,
    how: 'tested',
    severity: index >= 2.5 * settings.smallestIndex.value ? 'warning' : 'notice',
    ranking: { effect: Math.min(1, index), reach: 1, actionability: 0.3 },
    ...replicationOf(replicated),
    limitations: [
      'It compares two halves as wholes: it does not say when or why they came to differ.',
      limitOfReplication(replicated !== undefined),
    ],
  };
}

/** What the halves of a replication are, or why there are none. */
export function limitOfReplication(isReplicated: boolean): string {
  return isReplicated
    ? 'Its two halves are alternating blocks of rows, and not single rows, for rows of one block can be alike.'
    : 'It was not looked for again in two halves: too few blocks of rows can be told apart.';
}

/** Whether every other block alone shows it; the fields of both indices are `index_one` and `index_other`. */
export function replicationOf(replicated: Replicated | undefined): Pick<FindingInput, 'replication'> {
  if (replicated === undefined) return {};
  const { holds } = replicated;
  return { replication: { by: 'alternate_blocks', holds, first: 'index_one', second: 'index_other' } };
}

/** How the halves are called, and how large they are. */
export function halvesWords({ blocks }: Split) {
  if (blocks.by === 'rows') {
    return {
      both: 'two halves of the rows',
      earlier: 'first half',
      later: 'second half',
      sizes: '{first_rows} in the first, {second_rows} in the second',
    };
  }
  return {
    both: 'two halves of the time',
    earlier: 'earlier half',
    later: 'later half',
    sizes: '{first_rows} until {first_until}, {second_rows} from {second_from}',
  };
}

/** When the halves are, and their rows. */
export function fieldsOfHalves({ when, split }: HalvesRequest): Record<string, FieldInput> {
  const times = {
    first_until: when.cell(0, 'first_until'),
    second_from: when.cell(0, 'second_from'),
  };
  return {
    first_rows: { from: when.cell(0, 'first_rows'), unit: 'rows' },
    second_rows: { from: when.cell(0, 'second_rows'), unit: 'rows' },
    ...(split.blocks.by === 'time' && times),
  };
}

export function identityOf(ctx: Context, sqlName: string): Pick<FindingInput, 'target' | 'scope'> {
  return isSourceColumn(ctx, sqlName)
    ? { target: { column: { columns: [sqlName] } } }
    : { target: {}, scope: { measure: sqlName } };
}

/** How a test was made. */
export function parametersOf(
  { seed }: Context,
  { joined, permuted, counts }: HalvesTest,
): Record<string, unknown> {
  return {
    units: joined.blocks.length,
    blocks_per_unit: joined.together,
    draws: permuted.drawn.length,
    generator: GENERATOR,
    seed,
    classes: counts.testedSize,
  };
}
