import type { PlanSummary } from '../../api/types.ts';

type Planned = PlanSummary['plugins'][number];

/** What of a plan is not as it was, in words. */
export function whatChanged(before: PlanSummary, now: PlanSummary): string[] {
  const differ = (of: (plan: PlanSummary) => unknown): boolean => !isSame(of(before), of(now));
  const said = [
    ...(differ((plan) => plan.dataset_version_id)
      ? [`the table: ${now.rows} rows now, ${before.rows} before`]
      : []),
    ...(differ((plan) => plan.coverage) ? ['which rows are looked at'] : []),
    ...(differ((plan) => [plan.roles.map(({ role, column }) => [role, column]), plan.derived])
      ? ['what the columns mean']
      : []),
    ...(differ((plan) => plan.erp) ? ['the ERP, or what is known of it'] : []),
    ...pluginsChanged(before.plugins, now.plugins),
    ...(differ((plan) => plan.run_seed) && before.seed_source === 'literal' ? ['the seed'] : []),
  ];
  const only = `only the fingerprint: ${now.run_fingerprint}, ${before.run_fingerprint} before`;
  return said.length > 0 ? said : [only];
}

function pluginsChanged(before: readonly Planned[], now: readonly Planned[]): string[] {
  const were = new Map(before.map((plugin) => [plugin.id, plugin]));
  const are = new Set(now.map(({ id }) => id));
  return [
    ...before.filter(({ id }) => !are.has(id)).map(({ id }) => `${id}: is not there any more`),
    ...now.flatMap((plugin) => {
      const known = were.get(plugin.id);
      const what = known === undefined ? ['is new'] : howChanged(known, plugin);
      return what.length === 0 ? [] : [`${plugin.id}: ${what.join(', ')}`];
    }),
  ];
}

function howChanged(before: Planned, now: Planned): string[] {
  const will = now.will === 'run' ? 'runs now' : `does not run now${now.reason && ` (${now.reason})`}`;
  return [
    ...(before.version !== now.version ? [`version ${now.version}, ${before.version} before`] : []),
    ...(before.version === now.version && before.code_sha256 !== now.code_sha256 ? ['other code'] : []),
    ...(before.will !== now.will ? [will] : []),
    ...(isSame(before.settings, now.settings) ? [] : ['other settings']),
    ...(isSame([before.granted, before.missing], [now.granted, now.missing]) ? [] : ['other permissions']),
  ];
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
