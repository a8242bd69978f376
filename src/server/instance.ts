import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type RawServerDefault } from 'fastify';
import type { App } from '../engine/index.ts';
import { answerUnreadable } from './problems.ts';
import { checkRequests } from './requests.ts';
import { HEADERS } from './security.ts';
import type { AllTurns } from './turns.ts';

type Instance = ReturnType<typeof newInstance>;

/** What the routes are given: where to register, and what they are about. */
export interface Routes {
  readonly server: Instance;
  readonly app: App;
  readonly version: string;
  /** The largest upload that is taken. */
  readonly uploadLimitBytes: number;
  /** For what takes memory and processors. */
  readonly turns: AllTurns;
  /** Aborted when the server ends: what waits, ends too. */
  readonly closing: AbortSignal;
}

/** Below this the interface lies. */
export const API = '/api/v1';

const MEGABYTE = 1 << 20;

/** A Fastify that checks requests as this program checks documents, and answers with them as they are. */
export function newInstance() {
  return fastify<RawServerDefault>({
    bodyLimit: MEGABYTE,
    forceCloseConnections: true,
    // To ask for the head of a download would take it.
    exposeHeadRoutes: false,
    frameworkErrors: (error, _request, reply) => answerUnreadable(error, reply.headers(HEADERS)),
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
    http: { headersTimeout: 10_000, requestTimeout: 0, maxHeaderSize: 16_384 },
  })
    .setValidatorCompiler(checkRequests)
    .setSerializerCompiler(() => (value) => JSON.stringify(value))
    .withTypeProvider<TypeBoxTypeProvider>();
}
