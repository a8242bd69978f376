import { expect, test } from 'vitest';
import { HOST, serving } from './serving.ts';

const { ask, asPage, launched, cookie, csrf } = await serving();

test('SEC-01 the launch token becomes a strict cookie that no script reads and only the interface gets', async () => {
  expect(launched.statusCode).toBe(303);
  expect(launched.headers.location).toBe('/');
  expect(launched.headers['set-cookie']).toMatch(/; Path=\/api\/; HttpOnly; SameSite=Strict$/);
  expect((await ask({ url: '/launch?token=another' })).json()).toMatchObject({
    code: 'SH_HTTP_LAUNCH_REFUSED',
  });
  expect((await ask({ url: '/launch' })).statusCode).toBe(403);
});

test('SEC-01 a browser that opens an address of an earlier start gets the page, which says so, and no session', async () => {
  const navigating = { 'sec-fetch-mode': 'navigate' };
  const { statusCode, headers } = await ask({ url: '/launch?token=earlier', headers: navigating });
  expect([statusCode, headers.location, headers['set-cookie']]).toEqual([303, '/', undefined]);
});

test('SEC-01 without a session nothing of the interface is answered', async () => {
  for (const headers of [{}, { cookie: 'stat-harness-0=guess' }]) {
    const answer = await ask({ url: '/api/v1/runs', headers });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['content-type']).toMatch('application/problem+json');
    expect(answer.json()).toMatchObject({ code: 'SH_HTTP_SESSION_MISSING', status: 401 });
  }
});

test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:81', '127.0.0.1.evil.example:80', ''])(
  'SEC-01 a foreign Host header is refused: "%s"',
  async (host) => {
    for (const url of ['/', '/healthz', '/api/v1/runs', '/launch?token=launch'])
      expect((await ask({ url, headers: { host, cookie } })).statusCode).toBe(421);
  },
);

test.each(['http://evil.example', 'null', `https://${HOST}`, 'http://127.0.0.1:81'])(
  'SEC-01 a foreign Origin is refused: "%s"',
  async (origin) => {
    for (const method of ['GET', 'POST'] as const) {
      const answer = await asPage({ method, url: '/api/v1/runs', headers: { origin } });
      expect(answer.json()).toMatchObject({ code: 'SH_HTTP_ORIGIN_FOREIGN', status: 403 });
    }
  },
);

test('SEC-01 a page of the same machine at another port has another origin', async () => {
  for (const site of ['same-site', 'cross-site']) {
    const headers = { 'sec-fetch-site': site };
    expect((await asPage({ url: '/api/v1/runs', headers })).statusCode).toBe(403);
    expect((await ask({ url: '/runs/latest', headers })).statusCode).toBe(200);
  }
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)(
  'SEC-01 a %s without the token of its session is refused',
  async (method) => {
    for (const token of [undefined, '', 'wrong', `${csrf}0`]) {
      const headers = { cookie, ...(token !== undefined && { 'x-csrf-token': token }) };
      const answer = await ask({ method, url: '/api/v1/runs', headers });
      expect(answer.json()).toMatchObject({ code: 'SH_HTTP_TOKEN_WRONG', status: 403 });
    }
  },
);

test('SEC-05 every answer carries the headers, whatever it is', async () => {
  for (const url of [
    '/',
    '/healthz',
    '/assets/none.js',
    '/api/v1/runs',
    '/api/v1/nothing',
    '/launch?token=x',
  ]) {
    const { headers } = await asPage({ url });
    expect(headers['content-security-policy'], url).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'/,
    );
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
  }
});

test('an address of the page is the page; an unknown one of the interface is told as a problem', async () => {
  expect((await ask({ url: '/runs/abc/timeline?q=1' })).body).toMatch('<title>page</title>');
  const unknown = await asPage({ url: '/api/v1/nothing' });
  expect(unknown.json()).toMatchObject({
    code: 'SH_HTTP_ROUTE_UNKNOWN',
    status: 404,
    parameters: { method: 'GET' },
  });
});
