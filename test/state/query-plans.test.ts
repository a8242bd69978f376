import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { connect, type Database } from '../../src/state/database.ts';
import { freshAppdata, stateOf } from './appdata.ts';

const GROWING = ['blobs', 'uploads', 'parts', 'dataset_versions', 'dataset_version_parts', 'dataset_entries'];
GROWING.push(
  'runs',
  'executions',
  'artifacts',
  'events',
  'lineage_entities',
  'lineage_edges',
  'manifest_chain',
  'datasets',
  'erp_datasets',
  'erp_history',
);

/** Queries whose answer is a whole table, by design. */
const WHOLE = new Set([
  'PLUGIN_QUERIES.list',
  'PLUGIN_QUERIES.versions',
  'KNOWN_BAD_QUERIES.list',
  'MANIFEST_CHAIN_QUERIES.all',
  'DATASET_QUERIES.list',
  'ERP_QUERIES.list',
  // What nothing needs is found by looking at everything.
  ...[
    ...[
      'versions',
      'parts',
      'blobs',
      'allVersions',
      'allParts',
      'allBlobs',
      'ofBlob',
      'partsBeside',
      'blobsBeside',
    ],
    ...['runBytes', 'versionParts', 'partData'],
  ].map((name) => `REFERENCE_QUERIES.${name}`),
]);

/** Every named query of every store. */
async function allQueries(): Promise<Map<string, string>> {
  const folder = new URL('../../src/state/stores/', import.meta.url);
  const queries = new Map<string, string>();
  for (const file of readdirSync(folder).toSorted()) {
    const store: Record<string, unknown> = await import(new URL(file, folder).href);
    const lists = Object.entries(store).filter(([name]) => name.endsWith('_QUERIES'));
    expect(lists, `${file} exports its queries`).toHaveLength(1);
    for (const [list, named] of lists) {
      for (const [name, sql] of Object.entries(named ?? {})) queries.set(`${list}.${name}`, sql);
    }
  }
  return queries;
}

function planOf(database: Database, sql: string): string[] {
  const steps = database.all(`EXPLAIN QUERY PLAN ${sql}`, {}, ({ id, parent, detail }) => ({
    id,
    parent,
    detail,
  }));
  const depth = (id: unknown): number => {
    const step = steps.find((s) => s.id === id);
    return step === undefined ? 0 : 1 + depth(step.parent);
  };
  return steps.map((step) => `${'  '.repeat(depth(step.parent))}${step.detail}`);
}

async function withPlans<T>(use: (plans: Map<string, string[]>) => T): Promise<T> {
  const paths = freshAppdata();
  stateOf(paths);
  const database = connect(paths.state, { readOnly: true });
  try {
    const queries = await allQueries();
    return use(new Map([...queries].map(([name, sql]) => [name, planOf(database, sql)])));
  } finally {
    database.close();
  }
}

test('no query walks through a whole table that grows', async () => {
  const tables = new Set(GROWING);
  const walks = await withPlans((plans) =>
    [...plans]
      .filter(([name]) => !WHOLE.has(name))
      .flatMap(([name, plan]) => plan.map((step) => ({ name, step })))
      .filter(({ step }) => /^\s*SCAN \w+/.test(step) && mentions(step, tables)),
  );
  expect(walks).toEqual([]);
});

test('the plans of all queries are those of the committed snapshot', async () => {
  const text = await withPlans((plans) =>
    [...plans].map(([name, plan]) => `${name}\n${plan.map((step) => `  ${step}\n`).join('')}`).join('\n'),
  );
  await expect(text).toMatchFileSnapshot('./query-plans.txt');
});

/** Plans name a table by its alias, if it has one. */
const ALIASES: Readonly<Record<string, string>> = {
  r: 'runs',
  u: 'uploads',
  b: 'blobs',
  v: 'dataset_versions',
  g: 'lineage_edges',
  d: 'datasets',
  h: 'erp_history',
  m: 'erp_datasets',
};

function mentions(step: string, tables: ReadonlySet<string>): boolean {
  const name = /^\s*SCAN (\w+)/.exec(step)?.[1] ?? '';
  // `e` stands for several tables, all of which grow.
  return name === 'e' || tables.has(ALIASES[name] ?? name);
}
