import Type from 'typebox';
import { inspectDataset, listDatasets, previewDataset, traceRow } from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';
import { untilLeft } from '../turns.ts';

/** A dataset's name, `NAME@VERSION`, or the beginning of a version's id. */
const Named = Type.Object({ name: Type.String({ minLength: 1 }) });
const NamedRow = Type.Object({ name: Type.String({ minLength: 1 }), row: Type.Integer({ minimum: 1 }) });
const Part = Type.Optional(Type.Integer({ minimum: 1, description: 'place of the part, from 1' }));
const RowsFrom = Type.Object(
  {
    part: Part,
    from: Type.Optional(Type.Integer({ minimum: 1, description: 'number of the first row in its part' })),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    columns: Type.Optional(
      Type.String({
        pattern: '^[1-9]\\d{0,5}(,[1-9]\\d{0,5}){0,499}$',
        description: 'places of the columns, from 1, as in 1,2,7; all where left out',
      }),
    ),
  },
  { additionalProperties: false },
);
const InPart = Type.Object({ part: Part }, { additionalProperties: false });

const SHOWN_ROWS = 50;

export function datasetRoutes({ server, app, turns }: Routes): void {
  server.get(`${API}/datasets`, {}, async () => ({ datasets: await listDatasets(app) }));
  server.get(`${API}/datasets/:name`, { schema: { params: Named } }, ({ params }) =>
    inspectDataset(app, params.name),
  );
  server.get(
    `${API}/datasets/:name/rows`,
    { schema: { params: Named, querystring: RowsFrom } },
    ({ params, query: { part = 1, from = 1, count = SHOWN_ROWS, columns } }, reply) => {
      const places = columns?.split(',').map(Number);
      const place = { part, row: from };
      return turns.short(() => previewDataset(app, params.name, count, place, places), untilLeft(reply));
    },
  );
  server.get(
    `${API}/datasets/:name/rows/:row/findings`,
    { schema: { params: NamedRow, querystring: InPart } },
    ({ params, query: { part = 1 } }, reply) =>
      turns.short(() => traceRow(app, params.name, { part, row: params.row }), untilLeft(reply)),
  );
}
