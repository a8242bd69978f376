import swagger from '@fastify/swagger';
import { HarnessError } from '../base/index.ts';
import type { App } from '../engine/index.ts';
import { newInstance, type Routes } from './instance.ts';
import { bundlePage, type Page, servePage } from './page.ts';
import { answerProblems } from './problems.ts';
import { datasetRoutes } from './routes/datasets.ts';
import { previewRoutes } from './routes/previews.ts';
import { runActionRoutes } from './routes/run-actions.ts';
import { runContentRoutes } from './routes/run-content.ts';
import { runRoutes } from './routes/runs.ts';
import { sessionRoutes } from './routes/session.ts';
import { type Gatekeeper, guard } from './security.ts';

export interface ServerOptions extends Gatekeeper {
  readonly app: App;
  readonly version: string;
  /** The page, where it was bundled before. */
  readonly page?: Page;
  /** Told of what is a bug: its answer says no more than that. */
  logBug(error: Error): void;
}

export type Server = Awaited<ReturnType<typeof buildServer>>;
/** The whole server, before it listens: the guard, the routes, the page. */
export async function buildServer(options: ServerOptions) {
  const server = newInstance();
  answerProblems(server, options.logBug);
  await server.register(swagger, {
    openapi: { info: { title: 'Statistic Harness', version: options.version } },
  });
  await guard(server, options);
  const routes: Routes = { server, app: options.app, version: options.version };
  sessionRoutes(routes);
  runRoutes(routes);
  runContentRoutes(routes);
  runActionRoutes(routes);
  datasetRoutes(routes);
  previewRoutes(routes);
  servePage(server, options.page ?? (await bundlePage()));
  server.setNotFoundHandler((request) => {
    const path = request.url.split('?')[0] ?? '';
    throw new HarnessError('SH_HTTP_ROUTE_UNKNOWN', { method: request.method, path });
  });
  return server;
}
