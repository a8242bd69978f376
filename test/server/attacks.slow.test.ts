import { request } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { command, temporaryFolder } from '../run/command.ts';
import { realServer } from './real-server.ts';

test('SEC-01 a remote bind without the flag, and a port in use, are refused; Ctrl-C ends the server', async () => {
  const appdata = temporaryFolder();
  const remote = await command(['serve', '--json', '--host', '0.0.0.0', '--appdata', appdata]);
  expect(remote.code).toBe(6);
  expect(JSON.parse(remote.out).error.code).toBe('SH_SERVE_REMOTE_REFUSED');

  const server = await realServer(appdata);
  const { port } = new URL(server.url);
  const taken = await command(['serve', '--json', '--port', port, '--appdata', appdata]);
  expect(taken.code).toBe(2);
  expect(JSON.parse(taken.out).error).toMatchObject({
    code: 'SH_SERVE_PORT_IN_USE',
    parameters: { port: Number(port) },
  });

  server.child.kill('SIGINT');
  expect((await server.ended).code).toBe(0);
});

test('SEC-01 over a socket too, a foreign Host, no session, and a path that leads out get nothing', async () => {
  const server = await realServer(temporaryFolder());
  const { port } = new URL(server.url);
  const raw = (lines: readonly string[]) => answerTo(Number(port), lines);
  const own = `Host: 127.0.0.1:${port}`;
  const session = `Cookie: ${server.cookie}`;
  expect(await raw(['GET /api/v1/runs HTTP/1.1', 'Host: evil.example', session])).toMatch(/^HTTP\/1.1 421/);
  expect(await raw(['GET /api/v1/runs HTTP/1.1', session])).toMatch(/^HTTP\/1.1 (400|421)/);
  expect(await raw(['GET /api/v1/runs HTTP/1.1', own])).toMatch(/^HTTP\/1.1 401/);
  for (const asked of ['GET http://evil.example/api/v1/runs', 'GET /%61pi/v1/runs', 'POST //api/v1/runs']) {
    expect(await raw([`${asked} HTTP/1.1`, own]), asked).toMatch(/^HTTP\/1.1 4/);
    if (asked.includes('http'))
      expect(await raw([`${asked} HTTP/1.1`, own, session])).toMatch(/^HTTP\/1.1 421/);
  }
  for (const path of [
    '/assets/../../package.json',
    '/../../../../etc/passwd',
    '/assets/%2e%2e/%2e%2e/package.json',
  ]) {
    const answer = await raw([`GET ${path} HTTP/1.1`, own, session]);
    expect(answer, path).not.toMatch(/"name": "statistic-harness"|root:/);
    expect(answer).toMatch(/content-security-policy: default-src 'none'/);
  }
});

test('200 requests at once are answered, and an upload that breaks off leaves nothing and disturbs nobody', async () => {
  const server = await realServer(temporaryFolder());
  const broken = breakOff(server);
  const answers = await Promise.all(Array.from({ length: 200 }, () => server.ask('/runs')));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 200 }, () => 200));
  expect(answers.every(({ headers }) => headers.get('x-content-type-options') === 'nosniff')).toBe(true);
  await broken;
  expect((await server.ask('/runs')).status).toBe(200);
  expect(await server.get('/datasets')).toEqual({ datasets: [] });
});

/** What a server says to these very lines. */
function answerTo(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.end([...lines, 'Connection: close', '', ''].join('\r\n'));
  });
}

/** Begins to send a large file, and goes away. */
function breakOff({ url, cookie, csrf }: Awaited<ReturnType<typeof realServer>>): Promise<void> {
  return new Promise((resolve) => {
    const sending = request(`${url}/api/v1/uploads?name=a.csv`, {
      method: 'POST',
      headers: {
        cookie,
        'x-csrf-token': csrf,
        'content-type': 'application/octet-stream',
        'content-length': 1e9,
      },
    });
    sending.on('error', () => undefined);
    sending.on('close', resolve);
    sending.write(Buffer.alloc(1 << 20));
    setTimeout(() => sending.destroy(), 300);
  });
}
