import { beforeAll, expect, test } from 'vitest';
import { plantedTable } from '../../src/synth/index.ts';
import { analyse } from './analyse.ts';
import { areCited, type Finding, PLANTED_ROWS, type Planted, RECALL, type Topic } from './topics.ts';

// Effects of their default sizes, planted in columns of their own among columns without structure: each has to be found
// in at least nine of ten tables with the seeds 1 to 6, which nobody chose: in all of them. To save time only the first
// table of a topic goes through all plugins with their own settings; the others go through those of the topic, under the
// ledger of these, and with fewer draws, so that the smallest possible p-value is larger. `npm run bench -- planted` takes
// the seeds 1 to 10, and all plugins for all of them.

const SEEDS = Array.from({ length: 6 }, (_, i) => String(i + 1));
const FEWER_DRAWS = {
  analysis_changepoint: { permutations: 1999 },
  analysis_dependence: { permutations: 1999 },
  analysis_distribution_drift: { draws: 1999 },
};

/** The tests of one topic. Each topic has a file of its own, so that all processors seek at once. */
export function seekPlanted({ plugins, plants, sought, never, cited = [] }: Topic): void {
  let tables: (readonly Finding[])[];
  let planted: Planted[];
  beforeAll(async () => {
    tables = [];
    planted = [];
    for (const seed of SEEDS) {
      const table = plantedTable(seed, PLANTED_ROWS, plants);
      const analysed = seed === '1' ? analyse(table, seed) : analyse(table, seed, plugins, FEWER_DRAWS);
      tables.push((await analysed).findings);
      planted.push(table.plants);
    }
  }, 900_000);

  test.each(Object.entries(sought))('%s is found in nine of ten tables', (_, matches) => {
    const missed = SEEDS.filter((_, i) => !tables[i]?.some(matches));
    expect(1 - missed.length / SEEDS.length, `missed with the seeds ${missed}`).toBeGreaterThanOrEqual(
      RECALL,
    );
  });

  test.each(cited)('rows of %s are cited in nine of ten tables', (kind) => {
    const missed = SEEDS.filter((_, i) => {
      const plants = planted[i]?.filter((plant) => plant.kind === kind && plant.rows !== undefined) ?? [];
      return plants.length === 0 || !plants.every((plant) => areCited(plant, tables[i] ?? []));
    });
    expect(1 - missed.length / SEEDS.length, `missed with the seeds ${missed}`).toBeGreaterThanOrEqual(
      RECALL,
    );
  });

  test.each(Object.entries(never))('never: %s', (_, matches) => {
    const wrong = tables.flatMap((findings, i) =>
      findings.filter(matches).map(({ title }) => `seed ${SEEDS[i]}: ${title}`),
    );
    expect(wrong).toEqual([]);
  });
}
