import { pageWords } from './page-words.ts';
import type { Problem, Session } from './types.ts';

/** A route that failed, with the words that the operator needs; `code` is that of the error catalogue. */
export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}

const ROOT = '/api/v1';

/** Reads a route, `path` from `/api/v1` on. Throws ApiError, also where the server does not answer. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return answered<T>(await request(path, { ...(signal && { signal }) }));
}

/** Asks a route to do something; `body` goes as JSON. Throws ApiError. */
export async function post<T>(path: string, body: unknown = {}, signal?: AbortSignal): Promise<T> {
  return withToken(async (token) =>
    answered<T>(
      await request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-csrf-token': token },
        body: JSON.stringify(body),
        ...(signal && { signal }),
      }),
    ),
  );
}

interface Sending {
  onProgress(sent: number): void;
  readonly signal: AbortSignal;
}

/**
 * Sends a file as it is, telling how much of it is gone; `signal` ends the sending. XMLHttpRequest, since `fetch` does not
 * tell the progress of what is sent.
 */
export function upload<T>(path: string, file: Blob, sending: Sending): Promise<T> {
  return withToken((token) => send<T>(path, file, token, sending));
}

function send<T>(path: string, file: Blob, token: string, { onProgress, signal }: Sending): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open('POST', ROOT + path);
    sending.setRequestHeader('x-csrf-token', token);
    sending.setRequestHeader('content-type', 'application/octet-stream');
    sending.responseType = 'text';
    sending.upload.onprogress = ({ loaded }) => onProgress(loaded);
    sending.onerror = () => reject(new ApiError(NO_ANSWER));
    sending.onabort = () => reject(new DOMException('The upload was stopped', 'AbortError'));
    sending.onload = () => {
      const type = sending.getResponseHeader('content-type');
      const headers = type === null ? {} : { headers: { 'content-type': type } };
      answered<T>(new Response(sending.responseText, { status: sending.status, ...headers })).then(
        resolve,
        reject,
      );
    };
    signal.addEventListener('abort', () => sending.abort(), { once: true });
    sending.send(file);
  });
}

/** The address of a route, for links and event sources. */
export function address(path: string): string {
  return ROOT + path;
}

let session: Promise<Session> | undefined;

/** The session of this window; asked for once. */
export function currentSession(): Promise<Session> {
  session ??= get<Session>('/session').catch((error: unknown) => {
    session = undefined;
    throw error;
  });
  return session;
}

/** A change with the token of the session; once more with another where the session is one that came after it. */
async function withToken<T>(change: (token: string) => Promise<T>): Promise<T> {
  const { csrf_token } = await currentSession();
  try {
    return await change(csrf_token);
  } catch (error) {
    if (!isOfOldSession(error)) throw error;
    session = undefined;
    return await change((await currentSession()).csrf_token);
  }
}

function isOfOldSession(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.problem.status === 401 || error.problem.code === 'SH_HTTP_TOKEN_WRONG';
}

export const NO_ANSWER: Problem = {
  status: 0,
  code: 'NO_ANSWER',
  title: 'The program does not answer',
  detail: 'stat-harness serve is not running any more, or is busy beyond measure.',
  hint: 'Start "stat-harness serve" again and open the address that it prints. Runs under way go on without it.',
};

async function request(path: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(ROOT + path, { ...options, credentials: 'same-origin' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(NO_ANSWER);
  }
}

async function answered<T>(response: Response): Promise<T> {
  if (response.ok) return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
  throw new ApiError(await problemOf(response));
}

async function problemOf(response: Response): Promise<Problem> {
  const { status } = response;
  const isProblem = response.headers.get('content-type')?.includes('problem+json') === true;
  const told: Partial<Problem> = isProblem ? await response.json().catch(() => ({})) : {};
  const title = status === 401 ? 'This window has no session' : `The program answered with ${status}`;
  const hint = status === 401 ? 'Open the address that "stat-harness serve" prints: it holds the key.' : '';
  return {
    ...{ code: `HTTP_${status}`, title, ...told, status },
    detail: pageWords(told.detail ?? ''),
    hint: told.hint === undefined ? hint : pageWords(told.hint),
  };
}
