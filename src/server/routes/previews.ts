import Type from 'typebox';
import { ErpName, IngestOptions, Sha256Schema } from '../../contract/index.ts';
import { previewUploads } from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';
import { untilLeft } from '../turns.ts';

const Preview = Type.Object(
  {
    uploads: Type.Array(Sha256Schema, { minItems: 1, maxItems: 1000 }),
    dataset: Type.Optional(Type.String({ minLength: 1 })),
    erp: Type.Optional(ErpName),
    append: Type.Optional(Type.Boolean()),
    kind: Type.Optional(Type.Union([Type.Literal('real'), Type.Literal('synthetic')])),
    ingest: Type.Optional(Type.Partial(IngestOptions, { additionalProperties: false })),
    roles: Type.Optional(Type.Record(Type.String(), Type.Array(Type.String()))),
    rows: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  { additionalProperties: false },
);

const SHOWN_ROWS = 20;

/** A look at the beginning of uploads; nothing is recorded. */
export function previewRoutes({ server, app, turns }: Routes): void {
  server.post(
    `${API}/previews`,
    { schema: { body: Preview } },
    ({ body: { uploads, rows = SHOWN_ROWS, ...flags } }, reply) =>
      turns.long(() => previewUploads(app, { uploads, rows, flags }), untilLeft(reply)),
  );
}
