import Type from 'typebox';
import { Config } from '../../contract/index.ts';
import { spawnPlan, spawnResume, spawnRun } from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';
import { untilLeft } from '../turns.ts';
import { RunId } from './runs.ts';

const Hash = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });
const PluginId = Type.String({ pattern: '^[a-z][a-z0-9_]{0,99}$' });

/** What a run is to be made of and with: uploads or a version of a dataset, and what `--config` takes. */
const NewRun = Type.Object(
  {
    uploads: Type.Optional(Type.Array(Hash, { minItems: 1, maxItems: 1000 })),
    version: Type.Optional(Type.String({ pattern: '^[^-\\u0000-\\u001f][^\\u0000-\\u001f]{0,500}$' })),
    append: Type.Optional(Type.Boolean()),
    plugins: Type.Optional(
      Type.Union([Type.Literal('auto'), Type.Literal('all'), Type.Array(PluginId, { minItems: 1 })]),
    ),
    force: Type.Optional(Type.Boolean()),
    allow_network: Type.Optional(Type.Array(PluginId)),
    ignore_health: Type.Optional(Type.Boolean()),
    config: Type.Optional(Type.Unsafe<Config>({ ...Config, $id: undefined })),
  },
  { additionalProperties: false },
);

const Confirmed = Type.Object(
  {
    ...NewRun.properties,
    confirmed: Type.Optional(
      Type.String({ ...Hash, description: 'the fingerprint of the plan that was looked at' }),
    ),
  },
  { additionalProperties: false },
);

/** Plans and runs, done by processes of their own. */
export function newRunRoutes({ server, app, turns }: Routes): void {
  server.post(`${API}/plans`, { schema: { body: NewRun } }, ({ body }, reply) => {
    const left = untilLeft(reply);
    return turns.long(() => spawnPlan(app, body, left), left);
  });
  server.post(`${API}/runs`, { schema: { body: Confirmed } }, async ({ body }, reply) => {
    const { run, accepted } = await turns.starts(() => spawnRun(app, body), untilLeft(reply));
    await accepted();
    return reply.code(202).send(run);
  });
  server.post(`${API}/runs/:id/resume`, { schema: { params: RunId } }, async ({ params }, reply) =>
    reply.code(202).send(await turns.starts(() => spawnResume(app, params.id), untilLeft(reply))),
  );
}
