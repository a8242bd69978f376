import Type, { type Static } from 'typebox';
import { closed, Sha256Schema } from './common.ts';
import { PluginManifest } from './plugin-manifest.ts';

/** `bundle.json`: what a plugin's bundle holds besides this document. */
export const PluginBundle = closed(
  {
    schema_version: Type.Literal('plugin_bundle.v1'),
    id: PluginManifest.properties.id,
    version: PluginManifest.properties.version,
    /** Of the code and the manifest together: the same as that of the folder that was packed. */
    code_sha256: Sha256Schema,
    /** Version of the engine that packed it. */
    made_with: Type.String({ minLength: 1, maxLength: 100 }),
    files: Type.Array(
      closed({
        path: Type.String({ maxLength: 100 }),
        sha256: Sha256Schema,
        bytes: Type.Integer({ minimum: 0 }),
      }),
      { maxItems: 10 },
    ),
  },
  { $id: 'plugin_bundle.v1' },
);
export type PluginBundle = Static<typeof PluginBundle>;
