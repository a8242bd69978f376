import Type from 'typebox';
import {
  deleteDataset,
  inspectDataset,
  listDatasets,
  previewDataset,
  purgeDeletedDataset,
  traceRow,
  undeleteDataset,
} from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';
import { untilLeft } from '../turns.ts';
import { placesIn, SHOWN_ROWS, ShownRows } from './shown-rows.ts';

/** A dataset's name, `NAME@VERSION`, or the beginning of a version's id. */
const Named = Type.Object({ name: Type.String({ minLength: 1 }) });
const NamedRow = Type.Object({ name: Type.String({ minLength: 1 }), row: Type.Integer({ minimum: 1 }) });
const Part = Type.Optional(Type.Integer({ minimum: 1, description: 'place of the part, from 1' }));
const RowsFrom = Type.Object(
  {
    part: Part,
    from: Type.Optional(Type.Integer({ minimum: 1, description: 'number of the first row in its part' })),
    ...ShownRows,
  },
  { additionalProperties: false },
);
const InPart = Type.Object({ part: Part }, { additionalProperties: false });

export function datasetRoutes({ server, app, turns }: Routes): void {
  server.get(`${API}/datasets`, {}, async () => ({ datasets: await listDatasets(app) }));
  server.get(`${API}/datasets/:name`, { schema: { params: Named } }, ({ params }) =>
    inspectDataset(app, params.name),
  );
  server.get(
    `${API}/datasets/:name/rows`,
    { schema: { params: Named, querystring: RowsFrom } },
    ({ params, query: { part = 1, from = 1, count = SHOWN_ROWS, columns } }, reply) => {
      const place = { part, row: from };
      return turns.short(
        () => previewDataset(app, params.name, count, place, placesIn(columns)),
        untilLeft(reply),
      );
    },
  );
  server.get(
    `${API}/datasets/:name/rows/:row/findings`,
    { schema: { params: NamedRow, querystring: InPart } },
    ({ params, query: { part = 1 } }, reply) =>
      turns.short(() => traceRow(app, params.name, { part, row: params.row }), untilLeft(reply)),
  );
  const named = { schema: { params: Named } };
  server.post(`${API}/datasets/:name/delete`, named, ({ params }) => deleteDataset(app, params.name));
  server.post(`${API}/datasets/:name/undelete`, named, ({ params }) => undeleteDataset(app, params.name));
  server.post(`${API}/datasets/:name/purge`, named, ({ params }) => purgeDeletedDataset(app, params.name));
}
