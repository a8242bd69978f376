import { HarnessError, randomId } from '../../base/index.ts';
import type { DatasetSchema, Erp, RoleMap } from '../../contract/index.ts';
import { engineIdentity } from '../../pipeline/index.ts';
import type { App } from '../app.ts';
import { type IngestRequest, ingest, whileIngesting } from '../ingest-file.ts';
import { dictionaryOf } from './column-dictionary.ts';
import { emptyErp } from './empty-erp.ts';
import { saveErp } from './save-erp.ts';
import { schemaVersionOf } from './schema-version.ts';

export interface CreateErpRequest {
  readonly name: string;
  readonly description: string;
  /** What its schema is learnt from: a dataset, which then belongs to it, or files, which are looked at only. */
  readonly from?: { readonly dataset: string } | IngestRequest;
}

/** Makes an ERP, with what can be inferred from the schema of a table. Throws SH_ERP_EXISTS, SH_ERP_INVALID. */
export async function createErp(app: App, { name, description, from }: CreateErpRequest): Promise<Erp> {
  if (app.state.erps.get(name) !== undefined) {
    const advice = 'Change it with "stat-harness erps set", or choose another name.';
    throw new HarnessError('SH_ERP_EXISTS', { name, advice });
  }
  const learnt =
    from === undefined ? undefined : 'dataset' in from ? newest(app, from.dataset) : await read(app, from);
  const erp = await saveErp(
    app,
    { ...emptyErp(name), description, ...(learnt && inferred(learnt)) },
    'the ERP',
  );
  if (from !== undefined && 'dataset' in from) app.state.erps.join(from.dataset, name);
  return erp;
}

interface Learnt {
  readonly schema: DatasetSchema;
  readonly roles: RoleMap;
}

function inferred({ schema, roles }: Learnt): Pick<Erp, 'columns' | 'schema_versions'> {
  return {
    columns: dictionaryOf(schema, roles, false),
    schema_versions: [schemaVersionOf(schema)],
  };
}

function newest(app: App, dataset: string): Learnt {
  const { schema, roles } = app.state.versions.find(dataset);
  return { schema, roles };
}

/** Reads files for their schema alone: no dataset gets a version. */
async function read(app: App, request: IngestRequest): Promise<Learnt> {
  const engine = await engineIdentity();
  const context = { plugins: [], engine, correlationId: randomId(), record: false };
  const { version, roles } = await whileIngesting(app, request, (told) => ingest(app, told, context));
  return { schema: version.schema, roles };
}
