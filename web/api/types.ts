/** What the routes answer with: the engine's own types, nothing of its code. */
export type { Coverage, RunStatus } from '../../src/contract/index.ts';
export type { ListedRun, RunDetails } from '../../src/engine/index.ts';

/** `application/problem+json`, as every failed route answers. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly hint: string;
}

/** `GET /api/v1/session`. */
export interface Session {
  readonly csrf_token: string;
  readonly version: string;
}
