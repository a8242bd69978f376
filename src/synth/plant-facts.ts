import type { PlantTruth } from '../contract/index.ts';
import { rounded } from './tallies.ts';

/** What a plant tells once all rows are written. */
export type PlantFacts = Pick<PlantTruth, 'kind' | 'statement' | 'target' | 'measured' | 'place' | 'rows'>;

/** The entry of a plant in the truth. */
export function plantTruth(
  plant: { readonly name: string; readonly size: { readonly unit: string }; readonly trap?: true },
  size: number,
  facts: PlantFacts,
): PlantTruth {
  return {
    plant: plant.name,
    expected: plant.trap ? 'not_found' : 'found',
    size: { value: size, unit: plant.size.unit },
    ...facts,
    measured: rounded(facts.measured),
  };
}
