import { HarnessError, nearest } from '../../base/index.ts';
import type { Erp } from '../../contract/index.ts';
import type { Appdata } from '../app.ts';

/** Throws SH_ERP_UNKNOWN with the nearest name. */
export function erpCalled({ state }: Pick<Appdata, 'state'>, name: string): Erp {
  const found = state.erps.get(name);
  if (found !== undefined) return found.document;
  const names = state.erps.list().map((erp) => erp.name);
  const near = nearest(name, names) ?? '';
  throw new HarnessError('SH_ERP_UNKNOWN', {
    ...{ name, nearest: near, erps: near === '' ? names.slice(0, 10).join(', ') : '' },
  });
}

/**
 * The ERP that a dataset belongs to, or is to belong to from now on. Throws SH_ERP_UNKNOWN, SH_ERP_OTHER where it belongs
 * to another than the one named.
 */
export function erpOfDataset(
  app: Pick<Appdata, 'state'>,
  dataset: string,
  named: string | undefined,
): Erp | undefined {
  const erp = app.state.erps.ofDataset(dataset);
  if (named !== undefined && erp !== undefined && named !== erp)
    throw new HarnessError('SH_ERP_OTHER', { dataset, erp, named: erpCalled(app, named).name });
  const name = erp ?? named;
  return name === undefined ? undefined : erpCalled(app, name);
}
