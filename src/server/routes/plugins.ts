import Type from 'typebox';
import { listPlugins, showPlugin } from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';

const PluginId = Type.Object({ id: Type.String({ pattern: '^[a-z][a-z0-9_]{0,99}$' }) });

export function pluginRoutes({ server, app }: Routes): void {
  server.get(`${API}/plugins`, {}, async () => ({ plugins: await listPlugins(app, []) }));
  server.get(`${API}/plugins/:id`, { schema: { params: PluginId } }, ({ params }) =>
    showPlugin(app, params.id, []),
  );
}
