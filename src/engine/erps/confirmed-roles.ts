import type { DatasetSchema, Erp, RoleMap } from '../../contract/index.ts';
import { applyRemembered } from '../../ingest/index.ts';
import { rememberedRoles } from '../../pipeline/index.ts';
import type { App } from '../app.ts';
import { dictionaryOf, learnt } from './column-dictionary.ts';

/** The newest version of a dataset with its roles as a run without flags would take them. Throws SH_DATASET_UNKNOWN. */
export function rolesOfNewest(
  app: App,
  erp: Erp,
  dataset: string,
): { readonly schema: DatasetSchema; readonly roles: RoleMap } {
  const { schema, roles } = app.state.versions.find(dataset);
  return { schema, roles: applyRemembered(roles, schema, rememberedRoles(erp.columns)) };
}

/** Columns that somebody named with `--roles` are right from now on. */
export function learnFromFlags({ state }: App, name: string, schema: DatasetSchema, roles: RoleMap): void {
  const erp = state.erps.get(name)?.document;
  const flagged = roles.bindings.filter(({ source }) => source === 'flag');
  if (erp === undefined || flagged.length === 0) return;
  const named = new Set(flagged.map(({ sql_name }) => sql_name));
  const columns = schema.columns.filter(({ sql_name }) => named.has(sql_name));
  const from = dictionaryOf({ ...schema, columns }, { ...roles, bindings: flagged }, true);
  state.erps.save({ ...erp, columns: learnt(erp.columns, from) });
}
