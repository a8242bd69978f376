import { expect, test } from 'vitest';
import { serving } from './serving.ts';

const { asPage, ask, bugs } = await serving();

test('OBS-05 the server says that it is alive and ready to whoever asks', async () => {
  expect((await ask({ url: '/healthz' })).json()).toEqual({ status: 'ok' });
  const ready = await ask({ url: '/readyz' });
  expect(ready.statusCode).toBe(200);
  expect(ready.json()).toMatchObject({ ready: true, checks: [{ about: 'database', ok: true }, {}, {}] });
});

test('an empty appdata has no runs, alerts, datasets and ERPs, and the built-in plugins', async () => {
  expect((await asPage({ url: '/api/v1/runs' })).json()).toEqual({ beginning: [], runs: [], next: null });
  expect((await asPage({ url: '/api/v1/alerts' })).json()).toEqual({ alerts: [] });
  expect((await asPage({ url: '/api/v1/datasets' })).json()).toEqual({ datasets: [] });
  expect((await asPage({ url: '/api/v1/erps' })).json()).toEqual({ erps: [] });
  const { plugins } = (await asPage({ url: '/api/v1/plugins' })).json();
  expect(plugins.length).toBeGreaterThan(20);
  const one = await asPage({ url: `/api/v1/plugins/${plugins[0].id}` });
  expect(one.json()).toMatchObject({ manifest: { id: plugins[0].id }, enabled: true });
});

test.each([
  ['/api/v1/runs?status=DONE', 'status'],
  ['/api/v1/runs?limit=0', 'limit'],
  ['/api/v1/runs?limit=ten', 'limit'],
  ['/api/v1/runs?colour=red', 'colour'],
  ['/api/v1/runs?since=yesterday', 'since'],
  ['/api/v1/runs/zz', 'id'],
])('%s is refused, and the place is named', async (url, place) => {
  const answer = await asPage({ url });
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({ code: 'SH_HTTP_REQUEST_INVALID' });
  expect(answer.json().detail).toMatch(place);
});

/** Names that lead elsewhere where somebody joins them to a path. */
const ELSEWHERE = [
  '..',
  '../..',
  '../../state.sqlite',
  '..%2f..%2fstate.sqlite',
  '%2e%2e%2f%2e%2e%2fstate.sqlite',
  '..%5c..%5cstate.sqlite',
  '....//state.sqlite',
  '%2fetc%2fpasswd',
  'C:%5cWindows%5cwin.ini',
  '%00',
  'state.sqlite%00.json',
  'CON',
  '%c0%ae%c0%ae%2fstate.sqlite',
];

test.each(ELSEWHERE)('SEC-05 "%s" in the place of a name leads nowhere', async (name) => {
  const places = [
    ...['runs', 'runs/latest/artifacts', 'runs/latest/log', 'datasets', 'plugins', 'erps', 'downloads'],
    ...['runs/latest/findings', 'runs/0123abcd/artifacts/results'],
  ];
  for (const place of places) {
    const answer = await asPage({ url: `/api/v1/${place}/${name}` });
    // What an address means is decided before it is looked up: `..` may come to another route, and to no file.
    const isList = answer.statusCode === 200 && Object.hasOwn(answer.json(), 'runs');
    if (!isList) expect([400, 404], `${place}/${name}: ${answer.body}`).toContain(answer.statusCode);
    expect(answer.body).not.toMatch(/SQLite format|root:|\[fonts\]/);
  }
  const written = await asPage({ method: 'POST', url: `/api/v1/runs/${name}/delete` });
  expect([400, 404]).toContain(written.statusCode);
});

test('a body that is too large, no JSON, or of another type is refused', async () => {
  const post = (payload: string, type = 'application/json') =>
    asPage({ method: 'POST', url: '/api/v1/plans', payload, headers: { 'content-type': type } });
  expect((await post(`{"version":"${'a'.repeat(2 << 20)}"}`)).json()).toMatchObject({
    code: 'SH_HTTP_TOO_LARGE',
    status: 413,
  });
  expect((await post('{')).statusCode).toBe(400);
  expect((await post('<plan/>', 'text/xml')).statusCode).toBe(400);
  expect((await post('{"uploads":[],"__proto__":{"force":true}}')).statusCode).toBe(400);
  expect((await post('{"version":"--help"}')).statusCode).toBe(400);
  expect((await post('{"uploads":["/etc/passwd"]}')).statusCode).toBe(400);
});

test('an upload that is too large, empty or broken off is refused, and leaves nothing', async () => {
  const send = (payload: Buffer | string, name = 'a.csv') =>
    asPage({
      method: 'POST',
      url: `/api/v1/uploads?name=${encodeURIComponent(name)}`,
      payload,
      headers: { 'content-type': 'application/octet-stream' },
    });
  expect((await send('')).json()).toMatchObject({ code: 'SH_INPUT_EMPTY' });
  expect((await send('a\n1\n', '../../evil\u202e.csv')).json()).toMatchObject({
    original_filename: 'evil.csv',
    bytes: 4,
  });
  const announced = { 'content-type': 'application/octet-stream', 'content-length': '99999999999999' };
  const refused = await asPage({ method: 'POST', url: '/api/v1/uploads?name=b.csv', headers: announced });
  expect(refused.json()).toMatchObject({ code: 'SH_UPLOAD_TOO_LARGE' });
  expect(refused.headers.connection).toBe('close');
  expect((await send(Buffer.alloc(70_000))).json()).toMatchObject({
    code: 'SH_UPLOAD_TOO_LARGE',
    status: 413,
  });
});

test('nothing of all this was a bug', () => {
  expect(bugs).toEqual([]);
});
