// What a plugin author sees: definePlugin, the context, exact arithmetic, seeded streams.
export { type Batch, type BatchColumn, isValid, type Validity } from './batch.ts';
export type {
  ChunkContext,
  Context,
  HealthContext,
  PartialContext,
  ProvisionalContext,
  QueryParameter,
  Rows,
  TableContext,
} from './context.ts';
export * from './exact/index.ts';
export type { DerivationHandle, EvidenceHandle, ExactHandle, QueryHandle } from './handles.ts';
export type {
  ArtifactInput,
  ChartInput,
  DerivationInput,
  FactField,
  FactInput,
  FieldInput,
  FindingInput,
  ItemInput,
  TestInput,
} from './inputs.ts';
export {
  type ContextDoor,
  type MadeContext,
  makeContext,
  makePartialContext,
  type StartDocument,
} from './make-context.ts';
export type { QueryRows } from './make-handles.ts';
export { definePlugin, type Plugin } from './plugin.ts';
export * from './process-log/index.ts';
export { type SaidSoFar, saidSoFar } from './provisional.ts';
export { createRandom, GENERATOR, type RandomStream } from './random.ts';
export { resultCsv } from './result-csv.ts';
export { identifier, literal } from './sql-text.ts';
export { decodeState, encodeState } from './state-json.ts';
export * from './statistics/index.ts';
export { byText } from './text-order.ts';
export { twoAtOnce } from './two-at-once.ts';
export {
  countedValuesSql,
  distinctValuesSql,
  microsecondsSql,
  uniqueFactsSql,
  valueFactsSql,
} from './value-facts.ts';
