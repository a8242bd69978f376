import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { HarnessError } from '../base/index.ts';
import { check, describeProblems } from '../contract/index.ts';

/** Checks what comes in against a route's schema, as every document is checked: nothing is dropped, nothing made to fit. */
export const checkRequests: FastifySchemaCompiler<TSchema> =
  ({ schema, httpPart = '' }) =>
  (value: unknown) => {
    const checked = check(schema, httpPart === 'body' ? value : numbersIn(schema, value));
    if (checked.ok) return { value: checked.value };
    const problems = describeProblems(checked.problems);
    return { error: new HarnessError('SH_HTTP_REQUEST_INVALID', { problems: `${httpPart}: ${problems}` }) };
  };

/** An address holds text only: where the schema wants a number or a yes, what reads like one becomes one. */
function numbersIn(schema: TSchema, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || !('properties' in schema)) return value;
  const properties = schema.properties as Readonly<Record<string, { readonly type?: string }>>;
  return Object.fromEntries(
    Object.entries(value).map(([key, text]) => [key, read(text, properties[key]?.type)]),
  );
}

function read(text: unknown, type: string | undefined): unknown {
  if (typeof text !== 'string') return text;
  if ((type === 'integer' || type === 'number') && /^-?\d{1,15}(\.\d+)?$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
