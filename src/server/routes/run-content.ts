import Type from 'typebox';
import {
  listArtifacts,
  recomputeEvidence,
  showCitedRows,
  showFinding,
  showLineage,
  showReport,
  showTimeline,
  whatRan,
} from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';
import { untilLeft } from '../turns.ts';
import { RunId } from './runs.ts';
import { placesIn, SHOWN_ROWS, ShownRows } from './shown-rows.ts';

const OfRun = RunId.properties;
const Finding = Type.Object({ ...OfRun, finding: Type.String({ pattern: '^sha256:[0-9a-f]{64}$' }) });
const Label = Type.Object({ ...OfRun, label: Type.String({ pattern: '^Q[1-9][0-9]{0,6}$' }) });
const CitedFrom = Type.Object(
  {
    from: Type.Optional(Type.Integer({ minimum: 1, description: 'place of the first among those cited' })),
    ...ShownRows,
  },
  { additionalProperties: false },
);

/** What is in a finished run, each document checked by hash before anything of it is shown. */
export function runContentRoutes({ server, app, turns }: Routes): void {
  const ofRun = { schema: { params: RunId } };
  server.get(`${API}/runs/:id/findings`, ofRun, ({ params }) => showReport(app, params.id));
  server.get(`${API}/runs/:id/findings/:finding`, { schema: { params: Finding } }, ({ params }) =>
    showFinding(app, params.id, params.finding),
  );
  server.post(
    `${API}/runs/:id/evidence/:label/recompute`,
    { schema: { params: Label } },
    ({ params }, reply) =>
      turns.short(() => recomputeEvidence(app, params.id, params.label), untilLeft(reply)),
  );
  server.get(
    `${API}/runs/:id/evidence/:label/rows`,
    { schema: { params: Label, querystring: CitedFrom } },
    ({ params, query: { from = 1, count = SHOWN_ROWS, columns } }, reply) => {
      const places = placesIn(columns);
      const asked = { from, count, ...(places && { places }) };
      return turns.short(() => showCitedRows(app, params.id, params.label, asked), untilLeft(reply));
    },
  );
  server.get(`${API}/runs/:id/timeline`, ofRun, async ({ params }) => showTimeline(app, params.id));
  server.get(`${API}/runs/:id/what-ran`, ofRun, ({ params }) => whatRan(app, params.id));
  server.get(`${API}/runs/:id/lineage`, ofRun, ({ params }) => showLineage(app, params.id));
  server.get(`${API}/runs/:id/artifacts`, ofRun, ({ params }) => listArtifacts(app, params.id));
}
