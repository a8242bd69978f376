import { HarnessError } from '../base/index.ts';
import type { State } from '../state/index.ts';
import type { Plan } from './plan.ts';

/** A run may wait long for its turn: throws SH_PLUGIN_DENIED where what was approved then is not approved any more. */
export function refuseRevoked({ runnable }: Plan, { approvals }: Pick<State, 'approvals'>): void {
  for (const { plugin, grants } of runnable) {
    const { id } = plugin.manifest;
    for (const { capability, consents } of grants) {
      const inForce = new Set(approvals.ofPlugin(id).map((approval) => approval.id));
      if (consents.every((consent) => inForce.has(consent.id))) continue;
      throw new HarnessError('SH_PLUGIN_DENIED', {
        id,
        reason: `its approval for ${capability} was revoked, or replaced, while the run waited`,
        advice: 'Run it again: it is planned with the approvals that are in force then.',
      });
    }
  }
}
