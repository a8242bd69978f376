import Type from 'typebox';
import { oneOf, RUN_STATUSES } from '../../contract/index.ts';
import { recentRuns, showRun } from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';

/** An id, the beginning of one, or `latest`. */
export const RunId = Type.Object({ id: Type.String({ pattern: '^([0-9a-fA-F]{4,32}|latest)$' }) });

const Name = Type.Optional(Type.String({ minLength: 1, maxLength: 500 }));
const Instant = Type.Optional(
  Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,3})?Z)?$' }),
);

const List = Type.Object(
  {
    status: Type.Optional(oneOf(...RUN_STATUSES)),
    plugin: Name,
    dataset: Name,
    erp: Name,
    since: Instant,
    until: Instant,
    cursor: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{32}$', description: '`next` of the page before' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  { additionalProperties: false },
);

const PAGE = 50;

export function runRoutes({ server, app }: Routes): void {
  server.get(`${API}/runs`, { schema: { querystring: List } }, ({ query }) =>
    recentRuns(app, { limit: PAGE, ...query }),
  );
  server.get(`${API}/runs/:id`, { schema: { params: RunId } }, ({ params }) => showRun(app, params.id));
}
