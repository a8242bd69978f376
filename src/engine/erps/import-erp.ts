import { HarnessError } from '../../base/index.ts';
import type { Erp } from '../../contract/index.ts';
import type { App } from '../app.ts';
import { saveErp } from './save-erp.ts';

export interface ImportErpRequest {
  /** The parsed file, and what a message calls it. */
  readonly content: unknown;
  readonly source: string;
  /** Another name than the file says. */
  readonly name?: string;
  /** Put it in the place of the ERP that has its name; its datasets and its history stay. */
  readonly replace: boolean;
}

/** Reads an ERP from a file, whole or not at all. Throws SH_ERP_INVALID, SH_ERP_EXISTS. */
export async function importErp(
  app: App,
  { content, source, name, replace }: ImportErpRequest,
): Promise<Erp> {
  const renamed = name === undefined || !isObject(content) ? content : { ...content, name };
  const wanted = isObject(renamed) ? renamed['name'] : undefined;
  if (typeof wanted === 'string' && !replace && app.state.erps.get(wanted) !== undefined) {
    const advice = 'Say --replace to put this one in its place, or give it another name with --name.';
    throw new HarnessError('SH_ERP_EXISTS', { name: wanted, advice });
  }
  return saveErp(app, renamed, source);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
