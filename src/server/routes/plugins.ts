import Type from 'typebox';
import { listErps, listPlugins, showErp, showPlugin } from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';

const Plugin = Type.Object({ id: Type.String({ minLength: 1 }) });
const Erp = Type.Object({ name: Type.String({ minLength: 1 }) });

/** What a new run is put together from: plugins with their settings, and ERPs. */
export function pluginRoutes({ server, app }: Routes): void {
  server.get(`${API}/plugins`, {}, async () => ({ plugins: await listPlugins(app, []) }));
  server.get(`${API}/plugins/:id`, { schema: { params: Plugin } }, ({ params }) =>
    showPlugin(app, params.id, []),
  );
  server.get(`${API}/erps`, {}, async () => ({ erps: listErps(app) }));
  server.get(`${API}/erps/:name`, { schema: { params: Erp } }, async ({ params }) =>
    showErp(app, params.name),
  );
}
