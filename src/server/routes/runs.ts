import Type from 'typebox';
import { listRuns, showRun } from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';

/** An id, the beginning of one, or `latest`. */
export const RunId = Type.Object({ id: Type.String({ pattern: '^([0-9a-fA-F]{4,32}|latest)$' }) });

const List = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    deleted: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

export function runRoutes({ server, app }: Routes): void {
  server.get(`${API}/runs`, { schema: { querystring: List } }, async ({ query }) => ({
    runs: await listRuns(app, { limit: 50, ...query }),
  }));
  server.get(`${API}/runs/:id`, { schema: { params: RunId } }, ({ params }) => showRun(app, params.id));
}
