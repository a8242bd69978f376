import { expect, onTestFinished } from 'vitest';
import { start } from '../run/command.ts';

/** A server of its own process, asked as the page asks it. */
export async function realServer(appdata: string, args: readonly string[] = []) {
  const { child, ended, errors } = start(['serve', '--json', '--appdata', appdata, ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const { url, launch_url } = await firstDocument(child, errors);
  const launched = await fetch(launch_url, { redirect: 'manual' });
  const cookie = launched.headers.get('set-cookie')?.split(';')[0] ?? '';
  const session = await fetch(`${url}/api/v1/session`, { headers: { cookie } });
  const { csrf_token } = (await session.json()) as { csrf_token: string };
  const ask = (path: string, options: RequestInit = {}) =>
    fetch(`${url}/api/v1${path}`, {
      ...options,
      headers: { cookie, 'x-csrf-token': csrf_token, ...(options.headers as Record<string, string>) },
    });
  return {
    url,
    cookie,
    csrf: csrf_token,
    child,
    ended,
    ask,
    async get<T>(path: string): Promise<T> {
      return answered<T>(await ask(path));
    },
    async post<T>(path: string, body: unknown = {}): Promise<T> {
      const headers = { 'content-type': 'application/json' };
      return answered<T>(await ask(path, { method: 'POST', headers, body: JSON.stringify(body) }));
    },
    async upload<T>(name: string, content: NonNullable<RequestInit['body']>): Promise<T> {
      const headers = { 'content-type': 'application/octet-stream' };
      const path = `/uploads?name=${encodeURIComponent(name)}`;
      return answered<T>(await ask(path, { method: 'POST', headers, body: content }));
    },
    /** Follows a run to its end: every event in order, as `event data`. */
    async follow(id: string, lastEventId?: string) {
      const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
      return eventsIn(await (await ask(`/runs/${id}/events`, { headers })).text());
    },
  };
}

async function answered<T>(response: Response): Promise<T> {
  const text = await response.text();
  expect(response.ok, text).toBe(true);
  return JSON.parse(text) as T;
}

export interface Told {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: { readonly [key: string]: unknown };
}

function eventsIn(stream: string): Told[] {
  return stream.split('\n\n').flatMap((block) => {
    const fields = new Map(
      block.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
    );
    const data = fields.get('data');
    return data === undefined
      ? []
      : [{ event: fields.get('event') ?? '', id: fields.get('id'), data: JSON.parse(data) }];
  });
}

function firstDocument(child: ReturnType<typeof start>['child'], errors: () => string) {
  return new Promise<{ url: string; launch_url: string }>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data: Buffer) => {
      text += data.toString();
      if (text.includes('\n')) resolve(JSON.parse(text));
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${errors()}`)));
  });
}
