import Type from 'typebox';
import {
  compareTwoRuns,
  deleteRun,
  pinRun,
  purgeDeletedRun,
  replayRun,
  undeleteRun,
  unpinRun,
} from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';
import { RunId } from './runs.ts';

const Pin = Type.Object({ with_data: Type.Boolean() }, { additionalProperties: false });
/** What can't be undone is asked for by the whole id. */
const WholeRunId = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{32}$' }) });
const Pair = Type.Object({ ...RunId.properties, other: RunId.properties.id });

/** What is done with a run that is there, under the names that the command line has for it. */
export function runActionRoutes({ server, app }: Routes): void {
  const ofRun = { schema: { params: RunId } };
  server.post(
    `${API}/runs/:id/replay`,
    ofRun,
    async ({ params }) => (await replayRun(app, params.id)).replay,
  );
  server.post(`${API}/runs/:id/pin`, { schema: { params: RunId, body: Pin } }, ({ params, body }) =>
    pinRun(app, params.id, { withData: body.with_data }),
  );
  server.post(`${API}/runs/:id/unpin`, ofRun, ({ params }) => unpinRun(app, params.id));
  server.post(`${API}/runs/:id/delete`, ofRun, ({ params }) => deleteRun(app, params.id));
  server.post(`${API}/runs/:id/undelete`, ofRun, ({ params }) => undeleteRun(app, params.id));
  server.post(`${API}/runs/:id/purge`, { schema: { params: WholeRunId } }, ({ params }) =>
    purgeDeletedRun(app, params.id),
  );
  server.get(`${API}/runs/:id/compare/:other`, { schema: { params: Pair } }, ({ params }) =>
    compareTwoRuns(app, params.id, params.other),
  );
}
