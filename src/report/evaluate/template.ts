import type { ExpectedFinding, ExpectedMetric, Finding, GroundTruth, Report } from '../../contract/index.ts';
import { isFact } from '../rank.ts';

/** A truth that a report fulfils, and the title of each of its findings, to stand beside it. */
export interface TruthTemplate {
  readonly truth: GroundTruth;
  readonly titles: readonly string[];
}

/** How far a number of a template may be off. */
const RELATIVE_TOLERANCE = 0.01;

/** Everything that a report claims, in its order, as a truth to edit: what holds for it is found again in full. */
export function truthTemplate({ kind, findings, metrics }: Report): TruthTemplate {
  const claims = findings.filter((finding) => !isFact(finding));
  return {
    truth: {
      schema_version: 'ground_truth.v1',
      kind,
      findings: claims.map(expected),
      metrics: Object.entries(metrics).flatMap(([plugin, values]) =>
        Object.entries(values).map(([name, { value }]): ExpectedMetric => ({ plugin, name, ...near(value) })),
      ),
    },
    titles: claims.map(({ title }) => title),
  };
}

function expected({ plugin_id, kind, target, scope, estimate }: Finding): ExpectedFinding {
  return {
    plugin: plugin_id,
    kind,
    ...(Object.keys(target).length > 0 && { target }),
    ...(Object.keys(scope).length > 0 && { scope }),
    ...(estimate !== undefined && { estimate: near(estimate.value) }),
  };
}

function near(value: number | string | null) {
  return typeof value === 'number' ? { value, relative_tolerance: RELATIVE_TOLERANCE } : { value };
}
