import Type, { type Static } from 'typebox';
import { closed, oneOf, Sha256Schema } from './common.ts';

/** One thing that a plugin was held against. */
export const ValidationCheck = closed({
  /** `manifest`, `load`, `table:sales` … */
  id: Type.String(),
  /** What has to hold. */
  title: Type.String(),
  status: oneOf('pass', 'fail', 'warning', 'not_applicable'),
  /** What was found. */
  reason: Type.String(),
  /** What to do about it; empty where there is nothing to do. */
  todo: Type.String(),
  /** Code of the error that a bundle would be refused with. */
  code: Type.Optional(Type.String()),
});
export type ValidationCheck = Static<typeof ValidationCheck>;

/** `plugins validate --json`: what each plugin was held against, and what came of it. */
export const PluginValidation = closed(
  {
    schema_version: Type.Literal('plugin_validation.v1'),
    engine_version: Type.String(),
    /** True where no check of any plugin failed. */
    passed: Type.Boolean(),
    plugins: Type.Array(
      closed({
        /** The folder, bundle or id that was named. */
        source: Type.String(),
        /** Null where it could not even be loaded. */
        id: Type.Union([Type.String(), Type.Null()]),
        version: Type.Union([Type.String(), Type.Null()]),
        code_sha256: Type.Union([Sha256Schema, Type.Null()]),
        passed: Type.Boolean(),
        checks: Type.Array(ValidationCheck),
      }),
    ),
  },
  { $id: 'plugin_validation.v1' },
);
export type PluginValidation = Static<typeof PluginValidation>;
