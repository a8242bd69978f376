import Type from 'typebox';
import { cancelRun, diagnoseRun, exportRun, verifyRun } from '../../engine/index.ts';
import { Downloads } from '../downloads.ts';
import { API, type Routes } from '../instance.ts';
import { untilLeft } from '../turns.ts';
import { RunId } from './runs.ts';

const Verify = Type.Object({ recompute: Type.Optional(Type.Boolean()) }, { additionalProperties: false });
const Export = Type.Object(
  {
    include_data: Type.Optional(Type.Boolean({ description: 'the uploads and the typed tables too' })),
    logs: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
const DownloadId = Type.Object({ download: Type.String({ pattern: '^[0-9a-f]{32}$' }) });

/** What takes a while and is done with a whole run: verify it, end it, pack it. */
export function runPackRoutes({ server, app, turns }: Routes): void {
  const downloads = new Downloads(app.clock);
  server.addHook('onClose', () => downloads.close());
  const ofRun = { params: RunId };

  server.post(`${API}/runs/:id/verify`, { schema: { ...ofRun, body: Verify } }, ({ params, body }, reply) =>
    turns.long(
      () =>
        verifyRun(app, params.id, {
          recompute: body.recompute === true,
          pluginFolders: [],
          onProgress: () => undefined,
        }),
      untilLeft(reply),
    ),
  );
  server.post(`${API}/runs/:id/cancel`, { schema: ofRun }, ({ params }) =>
    cancelRun(app, params.id, { ownerIsGone: false }),
  );
  server.post(
    `${API}/runs/:id/export`,
    { schema: { ...ofRun, body: Export } },
    async ({ params, body }, reply) => {
      const { include_data: data = false, logs = true } = body;
      const exported = (out: string) => exportRun(app, params.id, { out, data, logs, overwrite: false });
      const made = await turns.long(() => downloads.make('run.zip', exported), untilLeft(reply));
      return downloads.offer(`run-${made.contents.run_id.slice(0, 8)}.zip`, made);
    },
  );
  server.post(`${API}/runs/:id/diag`, { schema: ofRun }, async ({ params }, reply) => {
    const diagnosed = (out: string) => diagnoseRun(app, params.id, { out, overwrite: false });
    const made = await turns.long(() => downloads.make('diagnostics.zip', diagnosed), untilLeft(reply));
    return downloads.offer(`diagnostics-${made.run_id.slice(0, 8)}.zip`, made);
  });
  server.get(`${API}/downloads/:download`, { schema: { params: DownloadId } }, async ({ params }, reply) => {
    const { name, bytes, content } = downloads.take(params.download);
    return reply
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('content-length', bytes)
      .type('application/zip')
      .send(content);
  });
}
