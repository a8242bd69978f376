import type { Chart, RawChart } from '../contract/index.ts';
import { type EvidenceRegistry, queryEvidence } from './evidence-registry.ts';
import { fieldFromCell } from './field-values.ts';
import { InvalidOutput } from './invalid-output.ts';

/** Members through which a spec could bring in data of its own. */
const OUTSIDE_DATA = new Set(['data', 'datasets', 'url', 'href', 'image', 'loader', 'usermeta']);

/** A chart with the rows of its query as data. Throws InvalidOutput. */
export function toChart(raw: RawChart, registry: EvidenceRegistry): Chart {
  const query = registry.queries.get(raw.query);
  if (query === undefined) throw new InvalidOutput(`there is no query ${raw.query}`);
  const forbidden = keysOf(raw.spec).find((key) => OUTSIDE_DATA.has(key.toLowerCase()));
  if (forbidden !== undefined) throw new InvalidOutput(`a chart's spec may not have "${forbidden}"`);
  const values = query.rows.map((cells) =>
    Object.fromEntries(query.columns.map((c, i) => [c.name, fieldFromCell(cells[i] ?? null, c.type).value])),
  );
  return {
    name: raw.name,
    title: raw.title,
    alternative: raw.alternative,
    spec: { ...raw.spec, data: { values } },
    evidence: queryEvidence(query, {}) as Chart['evidence'],
  };
}

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}
