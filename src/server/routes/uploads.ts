import Type from 'typebox';
import { HarnessError, shownBytes } from '../../base/index.ts';
import { receiveUpload } from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';
import { letTakeTime, whileItComes } from '../slow.ts';

const Name = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 1000, description: 'what the file is called: a label' }) },
  { additionalProperties: false },
);

/** Files come as they are, not as forms: what is hashed is what was sent. */
export function uploadRoutes({ server, app, uploadLimitBytes }: Routes): void {
  server.register(async (uploads) => {
    uploads.addContentTypeParser('application/octet-stream', (_request, payload, done) =>
      done(null, payload),
    );
    uploads.post<{ Querystring: Type.Static<typeof Name> }>(
      `${API}/uploads`,
      { schema: { querystring: Name, consumes: ['application/octet-stream'] }, bodyLimit: uploadLimitBytes },
      async (request, reply) => {
        const { name } = request.query;
        // Where it is refused, what is sent all the same is not read.
        reply.header('connection', 'close');
        const announced = Number(request.headers['content-length'] ?? 0);
        if (announced > uploadLimitBytes)
          throw new HarnessError('SH_UPLOAD_TOO_LARGE', { path: name, limit: shownBytes(uploadLimitBytes) });
        letTakeTime(request.raw);
        const content = whileItComes(request.raw, name);
        const received = await receiveUpload(app, { name, content, announced, limitBytes: uploadLimitBytes });
        return reply.removeHeader('connection').code(201).send(received);
      },
    );
  });
}
