import { HarnessError } from '../../base/index.ts';
import type { Erp } from '../../contract/index.ts';
import type { App } from '../app.ts';
import { dictionaryOf, learnt } from './column-dictionary.ts';
import { rolesOfNewest } from './confirmed-roles.ts';
import { erpCalled } from './erp-of-dataset.ts';
import { saveErp } from './save-erp.ts';
import { schemaVersionOf } from './schema-version.ts';

export interface SetErpRequest {
  readonly name: string;
  /** `process.threshold_s` → value. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly unset: readonly string[];
  /** Datasets that belong to it from now on, whatever they belonged to. */
  readonly datasets: readonly string[];
  /** Datasets whose roles, as they are taken now, are right. */
  readonly confirmRoles: readonly string[];
  /** Datasets whose columns are as they may be. */
  readonly acceptSchemas: readonly string[];
}

/** Changes an ERP: all that is asked, or nothing. Throws SH_ERP_UNKNOWN, SH_ERP_INVALID, SH_DATASET_UNKNOWN. */
export async function setErp(app: App, request: SetErpRequest): Promise<Erp> {
  const erp = erpCalled(app, request.name);
  for (const dataset of request.datasets) app.state.versions.find(dataset);
  const changed = {
    ...withValues(erp, request),
    columns: request.confirmRoles.reduce(
      (columns, dataset) => learnt(columns, confirmedColumns(app, erp, dataset)),
      erp.columns,
    ),
    schema_versions: request.acceptSchemas.reduce(
      (versions, dataset) => withSchema(versions, schemaVersionOf(app.state.versions.find(dataset).schema)),
      erp.schema_versions,
    ),
  };
  const saved = await saveErp(app, changed, `the ERP "${erp.name}"`);
  for (const dataset of request.datasets) app.state.erps.join(dataset, erp.name);
  return saved;
}

function confirmedColumns(app: App, erp: Erp, dataset: string): Erp['columns'] {
  const { schema, roles } = rolesOfNewest(app, erp, dataset);
  return dictionaryOf(schema, roles, true);
}

function withSchema(versions: Erp['schema_versions'], one: Erp['schema_versions'][number]) {
  return versions.some(({ sha256 }) => sha256 === one.sha256) ? versions : [...versions, one];
}

/** What can be set, and how many names follow. */
const GROUPS: Readonly<Record<string, number>> = { description: 0, ingest: 1, process: 1, plugins: 2 };

function withValues(erp: Erp, { values, unset }: SetErpRequest): Record<string, unknown> {
  const changed: Record<string, unknown> = structuredClone(erp);
  for (const path of unset) put(changed, path, undefined);
  for (const [path, value] of Object.entries(values)) put(changed, path, value);
  return changed;
}

/** Writes a value at a key path, or takes it out; what lies on the way is made. Throws SH_ERP_INVALID. */
function put(erp: Record<string, unknown>, path: string, value: unknown): void {
  const [group = '', ...names] = path.split('.');
  const depth = Object.hasOwn(GROUPS, group) ? GROUPS[group] : undefined;
  const isTyped = group === 'ingest' && names[0] === 'types';
  const keys = isTyped ? ['types', names.slice(1).join('.')] : names;
  if (depth === undefined || keys.length !== (isTyped ? 2 : depth) || keys.includes('')) {
    const known = 'description, ingest.KEY, ingest.types.COLUMN, process.KEY, plugins.ID.KEY';
    throw new HarnessError('SH_ERP_INVALID', {
      source: path,
      problems: `can not be set; what can be: ${known}`,
    });
  }
  const way = [group, ...keys];
  const last = way.pop() ?? '';
  let at = erp;
  for (const key of way) {
    const next = Object.hasOwn(at, key) ? at[key] : undefined;
    const inner: Record<string, unknown> = isRecord(next) ? next : {};
    Object.defineProperty(at, key, { value: inner, enumerable: true, writable: true, configurable: true });
    at = inner;
  }
  if (value === undefined) delete at[last];
  else Object.defineProperty(at, last, { value, enumerable: true, writable: true, configurable: true });
  if (group === 'description' && value === undefined) erp['description'] = '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
