import { stringify } from 'yaml';
import { writeFileAtomic } from '../../base/index.ts';
import type { Erp } from '../../contract/index.ts';
import type { Appdata } from '../app.ts';
import { asUnusable, refuseOutFile } from '../out-file.ts';
import { erpCalled } from './erp-of-dataset.ts';

export interface ExportErpRequest {
  readonly name: string;
  /** File to write; none: only the text is wanted. */
  readonly out?: string;
  readonly overwrite: boolean;
}

/** An ERP, and the YAML that `importErp` reads to the same ERP. Throws SH_ERP_UNKNOWN, SH_OUT_FILE_…. */
export async function exportErp(
  app: Pick<Appdata, 'state'>,
  { name, out, overwrite }: ExportErpRequest,
): Promise<{ readonly erp: Erp; readonly text: string }> {
  const erp = inReadingOrder(erpCalled(app, name));
  const text = stringify(erp, { lineWidth: 0, aliasDuplicateObjects: false });
  if (out !== undefined) {
    refuseOutFile(out, { overwrite });
    await writeFileAtomic(out, text).catch((error: unknown) => {
      throw asUnusable(error, out);
    });
  }
  return { erp, text };
}

/** What somebody wrote first, what was learnt after it. */
function inReadingOrder(erp: Erp): Erp {
  const { schema_version, name, description, ingest, process, plugins, columns, schema_versions } = erp;
  return {
    ...{ schema_version, name, description, ingest, process, plugins },
    known_issues: erp.known_issues.map(({ id, title, sentence, strict, condition }) => ({
      ...{ id, title, sentence, strict, condition },
    })),
    columns: columns.map((column) => ({ name: column.name, type: column.type, roles: column.roles })),
    schema_versions,
  };
}
