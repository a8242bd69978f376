import Type from 'typebox';
import { listErps, showErp } from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';

const ErpName = Type.Object({ name: Type.String({ minLength: 1, maxLength: 500 }) });

export function erpRoutes({ server, app }: Routes): void {
  server.get(`${API}/erps`, {}, async () => ({ erps: listErps(app) }));
  server.get(`${API}/erps/:name`, { schema: { params: ErpName } }, async ({ params }) =>
    showErp(app, params.name),
  );
}
