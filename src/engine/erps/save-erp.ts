import type { Erp } from '../../contract/index.ts';
import type { App } from '../app.ts';
import { runPlugins } from '../plugins/run-plugins.ts';
import { checkedErp } from './check-erp.ts';

/** Checks an ERP against what is there now, and writes it. `source`: what a message calls it. Throws SH_ERP_INVALID. */
export async function saveErp(app: App, content: unknown, source: string): Promise<Erp> {
  const erp = await checkedErp(content, source, await runPlugins(app, [], { needed: [] }));
  app.state.erps.save(erp);
  return erp;
}
