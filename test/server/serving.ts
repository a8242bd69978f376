import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { afterAll } from 'vitest';
import { openApp } from '../../src/engine/index.ts';
import { buildServer } from '../../src/server/server.ts';

export const HOST = '127.0.0.1:80';
const LAUNCH = 'launch';

/** A server over an empty appdata that no socket leads to: requests are put into it. */
export async function serving({ uploadLimitBytes = 65_536 } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'stat-harness-test-'));
  const app = await openApp({ appdata: root });
  const bugs: Error[] = [];
  const routes: { readonly method: string; readonly url: string }[] = [];
  const server = await buildServer({
    onRoute: (route) => void routes.push(route),
    app,
    version: '0.0.0',
    launchToken: LAUNCH,
    uploadLimitBytes,
    isOwnHost: (host) => host === HOST,
    page: { html: '<!doctype html><title>page</title>', files: new Map() },
    logBug: (error) => void bugs.push(error),
  });
  afterAll(async () => {
    await server.close();
    app.close();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
  const ask = (options: InjectOptions) =>
    server.inject({ ...options, headers: { host: HOST, ...options.headers } });
  const launched = await ask({ url: `/launch?token=${LAUNCH}` });
  const cookie = String(launched.headers['set-cookie']).split(';')[0] ?? '';
  const { csrf_token } = (await ask({ url: '/api/v1/session', headers: { cookie } })).json();
  /** Asks as the page does: with its session, and for changes with its token. */
  const asPage = (options: InjectOptions) =>
    ask({ ...options, headers: { cookie, 'x-csrf-token': csrf_token, ...options.headers } });
  return { routes, app, server, ask, asPage, launched, cookie, csrf: String(csrf_token), bugs };
}
