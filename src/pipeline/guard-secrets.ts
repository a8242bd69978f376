import type { Static, TSchema } from 'typebox';
import { HarnessError, type Json, processRedactor } from '../base/index.ts';
import { check, describeProblems } from '../contract/index.ts';
import type { DataDoor } from '../plugin-host/index.ts';
import { InvalidOutput } from './invalid-output.ts';

/**
 * A door that answers no question that holds a secret: questions and their answers are remembered, and a query that is
 * cited is printed.
 */
export function guardDoor(door: DataDoor): DataDoor {
  return {
    query: (sql, parameters, signal) => door.query(...asked([sql, parameters]), signal),
    exact: (request, signal) => door.exact(...asked([request]), signal),
    derive: (name, sql) => door.derive(...asked([name, sql])),
    batches: (columns, chunk, signal) => door.batches(...asked([columns]), chunk, signal),
    chunkQuery: (chunk, sql, parameters, signal) =>
      door.chunkQuery(chunk, ...asked([sql, parameters]), signal),
    chunkExact: (chunk, columns, signal) => door.chunkExact(chunk, ...asked([columns]), signal),
    chunkState: (chunk) => door.chunkState(chunk),
    saveChunkState: (chunk, json, lookedAt) => door.saveChunkState(chunk, json, lookedAt),
  };
}

/** What was asked, once no secret is found in it. */
function asked<const T extends readonly unknown[]>(question: T): T {
  const name = processRedactor().findIn(JSON.stringify(question));
  if (name === undefined) return question;
  const reason = `it holds the value of the environment variable ${name}, which must not be written down`;
  throw new HarnessError('SH_QUERY_REFUSED', { reason });
}

/** Refuses a plugin's output that holds a secret: what others can check can't be changed afterwards. */
export function refuseSecrets(what: string, content: string | Uint8Array): void {
  const name = processRedactor().findIn(content);
  if (name === undefined) return;
  throw new InvalidOutput(`${what} holds the value of the environment variable ${name}`);
}

/** A document of the engine's own as it may be written. Its hashes and its form stay as they are. */
export function withoutSecrets<S extends TSchema>(schema: S, document: Static<S>): Static<S> {
  const redactor = processRedactor();
  if (!redactor.knowsAny) return document;
  const plain: Json = JSON.parse(JSON.stringify(document));
  const checked = check(schema, redactor.json(plain));
  if (checked.ok) return checked.value;
  throw new Error(`without its secrets a document has no form: ${describeProblems(checked.problems)}`);
}
