import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { type CheckedArtifact, readArtifact, readPluginLog } from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';
import { RunId } from './runs.ts';

const File = Type.Object({ ...RunId.properties, '*': Type.String({ minLength: 1, maxLength: 1000 }) });
const Log = Type.Object({ ...RunId.properties, plugin: Type.String({ minLength: 1, maxLength: 200 }) });

/** Files of a run, their bytes checked by hash and handed out as they are. */
export function runFileRoutes({ server, app }: Routes): void {
  const ofRun = { schema: { params: RunId } };
  server.get(`${API}/runs/:id/artifacts/*`, { schema: { params: File } }, async ({ params }, reply) =>
    download(await readArtifact(app, params.id, params['*']), reply),
  );
  server.get(`${API}/runs/:id/report`, ofRun, async ({ params }, reply) =>
    asJson(await readArtifact(app, params.id, 'report.json'), reply),
  );
  server.get(`${API}/runs/:id/manifest`, ofRun, async ({ params }, reply) =>
    asJson(await readArtifact(app, params.id, 'run_manifest.json'), reply),
  );
  server.get(`${API}/runs/:id/log/:plugin`, { schema: { params: Log } }, async ({ params }, reply) =>
    reply.type('text/plain; charset=utf-8').send(await readPluginLog(app, params.id, params.plugin)),
  );
}

/** Whatever it is, it is a file to keep: opened in the browser all the same, nothing in it may run. */
export function download({ artifact, name, bytes }: CheckedArtifact, reply: FastifyReply): FastifyReply {
  return reply
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('content-disposition', `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"`)
    .header('digest', `sha-256=${Buffer.from(artifact.sha256.slice(7), 'hex').toString('base64')}`)
    .type(artifact.media_type)
    .send(bytes);
}

function asJson({ bytes }: CheckedArtifact, reply: FastifyReply): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(bytes);
}
