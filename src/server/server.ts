import { HarnessError } from '../base/index.ts';
import type { App } from '../engine/index.ts';
import { newInstance, type Routes } from './instance.ts';
import { describeRoutes } from './openapi.ts';
import { bundlePage, type Page, servePage } from './page.ts';
import { answerProblems } from './problems.ts';
import { datasetRoutes } from './routes/datasets.ts';
import { erpRoutes } from './routes/erps.ts';
import { healthRoutes } from './routes/health.ts';
import { newRunRoutes } from './routes/new-runs.ts';
import { pluginRoutes } from './routes/plugins.ts';
import { previewRoutes } from './routes/previews.ts';
import { roleRoutes } from './routes/roles.ts';
import { runActionRoutes } from './routes/run-actions.ts';
import { runContentRoutes } from './routes/run-content.ts';
import { runEventRoutes } from './routes/run-events.ts';
import { runFileRoutes } from './routes/run-files.ts';
import { runPackRoutes } from './routes/run-packs.ts';
import { runRoutes } from './routes/runs.ts';
import { sessionRoutes } from './routes/session.ts';
import { trashRoutes } from './routes/trash.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { type Gatekeeper, guard } from './security.ts';
import { cutOffSlow } from './slow.ts';
import { newTurns } from './turns.ts';

export interface ServerOptions extends Gatekeeper {
  readonly app: App;
  readonly version: string;
  /** The largest upload that is taken; 16 GiB, if left out. */
  readonly uploadLimitBytes?: number;
  /** The page, where it was bundled before. */
  readonly page?: Page;
  /** Told of each route that is registered. */
  onRoute?(route: { readonly method: string; readonly url: string }): void;
  /** Told of what is a bug: its answer says no more than that. */
  logBug(error: Error): void;
}

const UPLOAD_LIMIT_BYTES = 16 * 2 ** 30;

/** The whole server, before it listens: the guard, the routes, the page. */
export async function buildServer(options: ServerOptions) {
  const server = newInstance();
  server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) options.onRoute?.({ method: one, url });
  });
  answerProblems(server, options.logBug);
  cutOffSlow(server);
  await guard(server, options);
  await describeRoutes(server, options.version);
  const closing = new AbortController();
  server.addHook('preClose', async () => closing.abort());
  const { app, version, uploadLimitBytes = UPLOAD_LIMIT_BYTES } = options;
  const turns = newTurns();
  const routes: Routes = { server, app, version, uploadLimitBytes, turns, closing: closing.signal };
  sessionRoutes(routes);
  healthRoutes(routes);
  runRoutes(routes);
  runContentRoutes(routes);
  runActionRoutes(routes);
  runFileRoutes(routes);
  runEventRoutes(routes);
  runPackRoutes(routes);
  pluginRoutes(routes);
  erpRoutes(routes);
  newRunRoutes(routes);
  uploadRoutes(routes);
  datasetRoutes(routes);
  previewRoutes(routes);
  roleRoutes(routes);
  trashRoutes(routes);
  servePage(server, options.page ?? (await bundlePage()));
  server.setNotFoundHandler((request) => {
    const path = request.url.split('?')[0] ?? '';
    throw new HarnessError('SH_HTTP_ROUTE_UNKNOWN', { method: request.method, path });
  });
  return server;
}
