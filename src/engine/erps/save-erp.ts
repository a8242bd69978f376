import { HarnessError } from '../../base/index.ts';
import { describeProblems, type Erp } from '../../contract/index.ts';
import type { App } from '../app.ts';
import { runPlugins } from '../plugins/run-plugins.ts';
import { zoneProblems } from '../time-zones.ts';
import { checkedErp } from './check-erp.ts';

/** Checks an ERP against what is there now, and writes it. `source`: what a message calls it. Throws SH_ERP_INVALID. */
export async function saveErp(app: App, content: unknown, source: string): Promise<Erp> {
  const erp = checkedErp(content, source, await runPlugins(app, [], { needed: [] }));
  const problems = await zoneProblems(erp.plugins, erp.process);
  if (problems.length > 0)
    throw new HarnessError('SH_ERP_INVALID', { source, problems: describeProblems(problems) });
  app.state.erps.save(erp);
  return erp;
}
