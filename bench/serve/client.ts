import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Served, startServing } from '../../test/web/serve.ts';
import { median } from '../measure.ts';

/** A server of the real program, asked as the page asks it. */
export class Client {
  readonly served: Served;
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(served: Served, headers: Readonly<Record<string, string>>) {
    this.served = served;
    this.#headers = headers;
  }

  static async start(appdata: string): Promise<{ client: Client; startedMs: number }> {
    const began = performance.now();
    const served = await startServing(appdata);
    const startedMs = performance.now() - began;
    const launched = await fetch(served.launchUrl, { redirect: 'manual' });
    const cookie = launched.headers.get('set-cookie')?.split(';')[0] ?? '';
    const session = await fetch(`${served.url}/api/v1/session`, { headers: { cookie } });
    const { csrf_token } = (await session.json()) as { csrf_token: string };
    return { client: new Client(served, { cookie, 'x-csrf-token': csrf_token }), startedMs };
  }

  /** Milliseconds until the whole answer is there: the median of some, and its bytes. Throws where it is a problem. */
  async time(path: string, repeats = 3): Promise<{ ms: number; bytes: number }> {
    const times: number[] = [];
    let bytes = 0;
    for (let i = 0; i < repeats; i++) {
      const began = performance.now();
      const answer = await fetch(this.served.url + path, { headers: this.#headers });
      const body = await answer.text();
      if (!answer.ok) throw new Error(`${path}: ${body}`);
      bytes = body.length;
      times.push(performance.now() - began);
    }
    return { ms: median(times), bytes };
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(this.served.url + path, { headers: this.#headers })).json()) as T;
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const headers = { ...this.#headers, 'content-type': 'application/json' };
    const answer = await fetch(this.served.url + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    const said = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${said}`);
    return JSON.parse(said) as T;
  }

  /** Sends a file so often, one behind the other, that there are so many bytes. */
  async upload(name: string, file: string, bytes: number): Promise<{ sha256: string; bytes: number }> {
    const sending = request(`${this.served.url}/api/v1/uploads?name=${name}`, {
      method: 'POST',
      headers: { ...this.#headers, 'content-type': 'application/octet-stream' },
    });
    const answered = once(sending, 'response') as Promise<[Readable]>;
    await pipeline(Readable.from(repeated(file, bytes)), sending);
    return JSON.parse(await text((await answered)[0])) as { sha256: string; bytes: number };
  }
}

/** The first time with its header, then without. */
async function* repeated(file: string, bytes: number): AsyncGenerator<Buffer> {
  let sent = 0;
  for (let turn = 0; sent < bytes; turn++) {
    let isFirst = turn > 0;
    for await (const block of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      const own = isFirst ? block.subarray(block.indexOf(10) + 1) : block;
      isFirst = false;
      sent += own.length;
      yield own;
    }
  }
}
