import { expect, test } from 'vitest';
import { alerts, readinessOf } from '../../src/engine/index.ts';
import { serving } from './serving.ts';

const { app, ask, asPage, cookie, routes, bugs } = await serving();
const api = routes.filter(({ url }) => url.startsWith('/api/'));

function placed(url: string, name: string): string {
  return url.replace(/:\w+|\*/g, name);
}

test('SEC-01 no route of the interface answers without a session, and none that changes without the token', async () => {
  expect(api.length).toBeGreaterThan(35);
  for (const { method, url } of api) {
    const asked = { method: method as 'GET' | 'POST', url: placed(url, 'latest') };
    expect((await ask(asked)).statusCode, `${method} ${url}`).toBe(401);
    if (method === 'GET') continue;
    const answer = await ask({ ...asked, headers: { cookie } });
    expect(answer.json(), `${method} ${url}`).toMatchObject({ code: 'SH_HTTP_TOKEN_WRONG', status: 403 });
  }
});

test.each([
  ['an escaped letter', (url: string) => url.replace('/api/', '/%61pi/')],
  ['another escape', (url: string) => url.replace('/v1/', '/%761/')],
  ['a slash more', (url: string) => `/${url}`],
  ['a slash at the end', (url: string) => `${url}/`],
  ['a dot segment', (url: string) => url.replace('/api/', '/./api/')],
  ['a question', (url: string) => `${url}?x=/healthz`],
])(
  'SEC-01 however its address is spelled, no route answers without a session: %s',
  async (_name, spelled) => {
    for (const { method, url } of api) {
      const asked = { method: method as 'GET' | 'POST', url: spelled(placed(url, 'latest')) };
      const { statusCode, headers, body } = await ask(asked);
      const isPage = statusCode === 200 && headers['content-type']?.startsWith('text/html') === true;
      expect(isPage || statusCode >= 400, `${method} ${asked.url}: ${statusCode} ${body}`).toBe(true);
    }
  },
);

test('SEC-01 a route is guarded unless it is declared open, and these are', async () => {
  const open = [];
  for (const { method, url } of routes.filter(({ method }) => method === 'GET'))
    if ((await ask({ method: 'GET', url: placed(url, 'x') })).statusCode !== 401)
      open.push(`${method} ${url}`);
  expect(open.sort()).toEqual(['GET /*', 'GET /healthz', 'GET /launch', 'GET /readyz']);
});

test('SEC-05 an address that can not be read is refused with the headers and problem details', async () => {
  for (const url of ['/datasets/%zz', '/api/v1/datasets/%ff']) {
    const { statusCode, headers } = await ask({ url });
    expect(statusCode).toBe(400);
    expect(headers['content-type']).toMatch('application/problem+json');
    expect(headers['content-security-policy']).toMatch("default-src 'none'");
  }
});

test.each(['..%2f..%2fstate.sqlite', '%2e%2e%2fstate.sqlite', '..%5cstate.sqlite', '%00', '%2fetc%2fpasswd'])(
  'SEC-05 in every route that takes a name, "%s" names nothing',
  async (name) => {
    for (const { method, url } of api.filter(({ url }) => /[:*]/.test(url))) {
      const payload = method === 'POST' ? { payload: {} } : {};
      const answer = await asPage({ method: method as 'GET' | 'POST', url: placed(url, name), ...payload });
      expect([400, 404], `${method} ${url}: ${answer.body}`).toContain(answer.statusCode);
    }
    expect(bugs).toEqual([]);
  },
);

test('OBS-05 a damaged database is no database to be ready with, and the reason is told', async () => {
  const damaged = { ...app, state: { ...app.state, check: () => ['row 3 missing from index'] } };
  const found = await alerts(damaged);
  expect(found).toMatchObject([{ about: 'database', kind: 'damage' }]);
  expect(readinessOf(found)).toMatchObject({
    ready: false,
    checks: [
      { about: 'database', ok: false, reasons: [expect.stringMatching('row 3 missing')] },
      { ok: true },
      { ok: true },
    ],
  });
});

test('OBS-05 a drive that is nearly full is not ready; a missing backup is only told', () => {
  const alert = { kind: 'warning', text: 'only 12 MB are free', repair: '' } as const;
  expect(readinessOf([{ about: 'drive', ...alert }]).ready).toBe(false);
  expect(readinessOf([{ about: 'backups', ...alert }]).ready).toBe(true);
});
