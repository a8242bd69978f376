import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { asFileError, type ErrorCode, HarnessError, messageOf, redact } from '../base/index.ts';

/** Statuses of errors that their exit code does not tell. */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  SH_HTTP_SESSION_MISSING: 401,
  SH_HTTP_HOST_FOREIGN: 421,
  SH_HTTP_ROUTE_UNKNOWN: 404,
  SH_HTTP_TOO_LARGE: 413,
  SH_HTTP_TOO_SLOW: 408,
  SH_HTTP_BUSY: 429,
  SH_RUN_DELETED: 410,
  SH_RUN_NONE: 404,
  SH_LOG_NONE: 404,
  SH_RUN_NOT_UNDER_WAY: 409,
  SH_RUN_NOT_RESUMABLE: 409,
  SH_RUN_PINNED: 409,
  SH_PLAN_CHANGED: 409,
  SH_DATASET_DELETED: 410,
  SH_NOT_IN_TRASH: 409,
  SH_DATA_NEEDED: 409,
  SH_DATA_EXPIRED: 410,
  SH_UPLOAD_TOO_LARGE: 413,
  SH_RUN_UNDER_WAY: 409,
  SH_RUN_INCOMPLETE: 409,
  SH_MAINTENANCE_REFUSED: 409,
  SH_STATE_BUSY: 503,
  SH_DISK_FULL: 507,
  SH_UPLOAD_NO_ROOM: 507,
};

/** What went wrong, as RFC 9457 has it. */
interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  /** The error of the catalogue; SH_BUG for what is none. */
  readonly code: string;
  readonly detail: string;
  readonly hint: string;
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** Answers every error with problem details; one that is no HarnessError is a bug, and goes to the log with its stack. */
export function answerProblems(server: FastifyInstance, logBug: (error: Error) => void): void {
  server.setErrorHandler((error: FastifyError | HarnessError, _request, reply) => {
    const known = asHarnessError(error);
    if (known === undefined) logBug(error);
    return sendProblem(reply, known === undefined ? BUG : problemOf(known));
  });
}

/** Answers an address that can't be read: no route is looked for, and no hook is called. */
export function answerUnreadable(error: FastifyError, reply: FastifyReply): void {
  const problems = messageOf(error);
  sendProblem(reply, problemOf(new HarnessError('SH_HTTP_REQUEST_INVALID', { problems })));
}

/** After so many seconds it is worth asking again. */
const RETRY_SECONDS = 5;

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 429 || problem.status === 503) reply.header('retry-after', RETRY_SECONDS);
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .send(redact(JSON.stringify(problem)));
}

const BUG: Problem = {
  type: 'about:blank',
  title: 'SH_BUG',
  status: 500,
  code: 'SH_BUG',
  detail: 'This is a bug in Statistic Harness.',
  hint: 'What happened stands where "stat-harness serve" was started. Please report it with these lines.',
  parameters: {},
};

function problemOf(error: HarnessError): Problem {
  const { code, message, hint, parameters } = error.toDocument();
  const status = statusOf(error);
  return { type: 'about:blank', title: code, status, code, detail: message, hint, parameters };
}

function statusOf({ code, exitCode }: HarnessError): number {
  const told = STATUS[code];
  if (told !== undefined) return told;
  if (exitCode === 6) return 403;
  if (exitCode !== 2) return 500;
  return /_(UNKNOWN|NOT_FOUND)$/.test(code) ? 404 : 400;
}

/** What Fastify refuses, in the words of the catalogue. */
function asHarnessError(error: FastifyError | HarnessError): HarnessError | undefined {
  const file = asFileError(error);
  if (file instanceof HarnessError) return file;
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new HarnessError('SH_HTTP_TOO_LARGE', { limit: '1 MB' });
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (status === undefined || status >= 500) return undefined;
  return new HarnessError('SH_HTTP_REQUEST_INVALID', { problems: messageOf(error) }, { cause: error });
}
