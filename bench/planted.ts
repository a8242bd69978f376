import { parseArgs } from 'node:util';
import { plantedTable } from '../src/synth/index.ts';
import { analyse } from '../test/planted/analyse.ts';
import { areCited, PLANTED_ROWS, RECALL, TOPICS, type Topic } from '../test/planted/topics.ts';

/**
 * In how many of the planted tables with the seeds 1 to N each plant is found by all plugins under one ledger, with
 * their own settings. Fails where it is fewer than nine of ten, or where something is told that may never be.
 */
export async function benchPlanted(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { seeds: { type: 'string', default: '10' } } });
  const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => String(i + 1));
  const rows = [];
  const wrong: string[] = [];
  for (const [name, topic] of Object.entries(TOPICS)) {
    const looks = [];
    for (const seed of seeds) looks.push(await lookAt(topic, seed));
    for (const plant of looks[0]?.found.keys() ?? []) {
      const missed = looks.filter(({ found }) => !found.get(plant)).map(({ seed }) => seed);
      const recall = 1 - missed.length / seeds.length;
      rows.push({ topic: name, plant, recall: recall.toFixed(2), 'missed with the seeds': missed.join(' ') });
      if (recall < RECALL) wrong.push(`${plant} is found in too few tables`);
    }
    wrong.push(...looks.flatMap(({ never }) => never));
  }
  console.table(rows);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

interface Look {
  readonly seed: string;
  /** By plant, or the rows of one. */
  readonly found: ReadonlyMap<string, boolean>;
  readonly never: readonly string[];
}

async function lookAt({ plants, sought, never, cited = [] }: Topic, seed: string): Promise<Look> {
  const table = plantedTable(seed, PLANTED_ROWS, plants);
  const { findings } = await analyse(table, seed);
  const rowsOf = (kind: string) => table.plants.filter((plant) => plant.kind === kind && plant.rows);
  return {
    seed,
    found: new Map([
      ...Object.entries(sought).map(([name, matches]) => [name, findings.some(matches)] as const),
      ...cited.map(
        (kind) => [`rows of ${kind}`, rowsOf(kind).every((plant) => areCited(plant, findings))] as const,
      ),
    ]),
    never: Object.entries(never).flatMap(([name, matches]) =>
      findings.filter(matches).map(({ title }) => `seed ${seed}: ${name}: ${title}`),
    ),
  };
}
