import { type Alert, alerts, readinessOf } from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';

/** So long what was found is told again: to look costs a walk through the database. */
const KEPT_MS = 30_000;
const OPEN = { config: { open: true } } as const;

/** Whether all is well: for whoever keeps the server running, and for the operator. */
export function healthRoutes({ server, app }: Routes): void {
  let looked: { readonly at: number; readonly found: Promise<Alert[]> } | undefined;
  const look = (): Promise<Alert[]> => {
    const now = app.clock.monotonicMs();
    if (looked === undefined || now - looked.at > KEPT_MS) looked = { at: now, found: alerts(app) };
    looked.found.catch(() => (looked = undefined));
    return looked.found;
  };
  server.get('/healthz', OPEN, async () => ({ status: 'ok' }));
  server.get('/readyz', OPEN, async (_request, reply) => {
    const readiness = readinessOf(await look());
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  server.get(`${API}/alerts`, {}, async () => ({ alerts: await look() }));
}
