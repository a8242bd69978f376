import Type from 'typebox';
import { closed, oneOf } from '../contract/index.ts';
import { type ExactRequest, MAX_DEGREE } from '../sdk/exact/index.ts';
import type { QueryParameter } from '../sdk/index.ts';

/** What the sandbox may say, as schemas: everything else is invalid output. */
const Text = Type.String();
const Ordinal = Type.Integer({ minimum: 0 });
const Columns = Type.Unsafe<readonly string[]>(Type.Array(Text, { maxItems: 10_000 }));
const Parameters = Type.Unsafe<readonly QueryParameter[]>(
  Type.Array(Type.Union([Text, Type.Number(), Type.Boolean(), Type.Null()]), { maxItems: 10_000 }),
);
const method = <const M extends string>(name: M) => ({ method: Type.Literal(name) });

const ExactRequestSchema = Type.Unsafe<ExactRequest>(
  closed({
    kind: oneOf('sum', 'moments', 'products', 'squares', 'cross_products'),
    columns: Columns,
    degrees: Type.Optional(
      Type.Unsafe<readonly number[]>(Type.Array(Type.Integer({ minimum: 1, maximum: MAX_DEGREE }))),
    ),
    where: Type.Optional(Text),
    groupBy: Type.Optional(Columns),
  }),
);

const CallSchema = Type.Union([
  closed({ ...method('query'), sql: Text, parameters: Parameters }),
  closed({ ...method('exact'), request: ExactRequestSchema }),
  closed({ ...method('derive'), name: Text, sql: Text }),
  closed({ ...method('openBatches'), columns: Columns, chunk: Type.Union([Ordinal, Type.Null()]) }),
  closed({ ...method('nextBatch'), stream: Ordinal }),
  closed({ ...method('closeBatches'), stream: Ordinal }),
  closed({ ...method('chunkQuery'), chunk: Ordinal, sql: Text, parameters: Parameters }),
  closed({ ...method('chunkExact'), chunk: Ordinal, columns: Columns }),
  closed({ ...method('chunkState'), chunk: Ordinal }),
  closed({ ...method('saveChunkState'), chunk: Ordinal, state: Type.Unknown(), lookedAt: Columns }),
]);

/** What comes before the bytes of a file. */
export const ArtifactHeaderSchema = closed({ id: Ordinal, name: Text });

export const ChildMessageSchema = Type.Union([
  closed({ type: Type.Literal('request'), id: Ordinal, call: CallSchema }),
  closed({ type: Type.Literal('log'), text: Text }),
  closed({ type: Type.Literal('progress'), done: Type.Number(), total: Type.Number() }),
  closed({ type: Type.Literal('output'), output: Type.Unknown() }),
  closed({ type: Type.Literal('failed'), message: Text, stack: Text }),
]);
