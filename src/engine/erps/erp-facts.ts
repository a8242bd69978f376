import type { Sha256 } from '../../base/index.ts';
import type { DatasetVersion } from '../../contract/index.ts';
import type { ResolvedConfig } from '../../pipeline/index.ts';
import type { Appdata } from '../app.ts';
import { schemaDiffers } from './schema-version.ts';

/**
 * A configuration with what its ERP knows of the dataset version: whether its columns are accepted, and what earlier
 * versions came to. Resolved by value, once, so that what happens later changes nothing.
 */
export function withErpFacts(
  { state }: Pick<Appdata, 'state'>,
  config: ResolvedConfig,
  { schema, dataset_version_id }: DatasetVersion,
): ResolvedConfig {
  const erp = config.erp && state.erps.get(config.erp.name)?.document;
  if (config.erp === undefined || erp === undefined) return config;
  const { dataset, kind } = config;
  const version = { dataset, dataset_version_id: dataset_version_id as Sha256 };
  const history = state.erpHistory.earlier({ erp: erp.name, kind, ...version });
  const schema_differs = schemaDiffers(erp, schema);
  return { ...config, erp: { ...config.erp, schema_differs, history: [...history] } };
}

/** What the operator is told where the columns are not as his ERP knows them. */
export function newSchemaWords({ erp, dataset }: ResolvedConfig): string[] {
  if (erp === undefined || erp.schema_differs.length === 0) return [];
  const [first = '', second = '', ...more] = erp.schema_differs;
  const rest = more.length > 0 ? `, and ${more.length} differences more` : '';
  const differs = second === '' ? first : `${first}, ${second}${rest}`;
  return [
    `the columns are new to the ERP "${erp.name}": ${differs}; if they may be so: "stat-harness erps set ${erp.name} --accept-schema ${dataset}"`,
  ];
}
