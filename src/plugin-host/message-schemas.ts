import Type from 'typebox';
import { check, closed, describeProblems, oneOf } from '../contract/index.ts';
import { type ExactRequest, MAX_DEGREE } from '../sdk/exact/index.ts';
import type { QueryParameter } from '../sdk/index.ts';
import { calledAs } from './called-as.ts';

const NO_FORM = 'a message has a form that does not exist';

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
  closed({ ...method('openLoad'), columns: Columns }),
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
  closed({
    type: Type.Literal('provisional'),
    chunks: Type.Integer({ minimum: 1 }),
    // As many as ctx.fact takes.
    facts: Type.Array(Type.Unknown(), { maxItems: 5 }),
    problem: Type.Union([Text, Type.Null()]),
  }),
  closed({ type: Type.Literal('output'), output: Type.Unknown() }),
  closed({ type: Type.Literal('failed'), message: Text, stack: Text }),
]);

/** What is wrong with a message that is none: at the call that it seems to be, or else that there is no such form. */
export function whatIsWrong(message: unknown): string {
  const call = member(message, 'call');
  const schema = CallSchema.anyOf.find(
    ({ properties }) => properties.method.const === member(call, 'method'),
  );
  const checked = schema && check(schema, call);
  if (schema === undefined || checked === undefined || checked.ok) return NO_FORM;
  const problems = checked.problems.map(({ path, message }) => ({
    path: path.replace(/^request\./, ''),
    message,
  }));
  return `${calledAs(schema.properties.method.const)}: ${describeProblems(problems)}`;
}

function member(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}
