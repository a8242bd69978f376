import { join } from 'node:path';
import { expect, test } from 'vitest';
import { definePlugin } from '../../src/sdk/index.ts';
import { runPlugin } from '../../src/testing/index.ts';
import manifestOfTemplate from '../../templates/profile/plugin.json' with { type: 'json' };

const templates = join(import.meta.dirname, '../../templates');
const manifest = {
  ...manifestOfTemplate,
  config_schema: { type: 'object', properties: { from: { default: 2 } } },
};
/** Titles with plain spaces. */
const titles = ({ findings }: Awaited<ReturnType<typeof runPlugin>>) =>
  findings.map(({ title }) => title.replaceAll(/\s/g, ' '));

test('EXT-03: the test kit runs a plugin from its folder on columns in memory, and gives findings with their numbers filled in', async () => {
  const amount = [50, 50, ...Array.from({ length: 100 }, () => 1)];
  const done = await runPlugin(
    join(templates, 'analysis'),
    { amount },
    { roles: { measure: 'amount' }, settings: { largest: 0.01 } },
  );
  expect(titles(done)).toEqual(['The largest 2 rows of amount hold 50 % of its total']);
  expect(done.findings[0]?.evidence.length).toBeGreaterThan(0);
});

test('rows are a table too, types can be forced, and names that no header should have are kept', async () => {
  const rows = [
    { 'a "b", c': '007', n: 1n },
    { 'a "b", c': null, n: 2n },
  ];
  const plugin = definePlugin({
    async analyze(ctx) {
      const types = ctx.schema.map(({ name, type }) => `${name}: ${type.kind}`);
      ctx.note(types.join('; '));
      ctx.log('seen');
    },
  });
  const { notes, log } = await runPlugin({ plugin, manifest }, rows, { types: { n: 'text' } });
  expect(notes).toEqual(['a "b", c: text; n: text']);
  expect(log).toEqual(['seen']);
});

test('a plugin that streams gives the same with any number of rows per chunk', async () => {
  const plugin = definePlugin<{ readonly chunks: number; readonly rows: bigint }>({
    partial: ({ rows }) => ({ chunks: 1, rows: BigInt(rows) }),
    merge: (a, b) => ({ chunks: a.chunks + b.chunks, rows: a.rows + b.rows }),
    analyze(ctx) {
      ctx.note(`${ctx.state?.rows} rows`);
      ctx.log(`${ctx.state?.chunks} chunks`);
    },
  });
  const table = { n: Array.from({ length: 9 }, (_, row) => row) };
  const whole = await runPlugin({ plugin, manifest }, table);
  const cut = await runPlugin({ plugin, manifest }, table, { chunkRows: 2 });
  expect([whole.log, cut.log]).toEqual([['1 chunks'], ['5 chunks']]);
  expect(whole.notes).toEqual(['9 rows']);
  expect(cut).toEqual({ ...whole, log: cut.log });
});

test('what the host would refuse is refused: a digit in a title, an undeclared capability, a query beyond the table', async () => {
  const finding = {
    kind: 'missing_values',
    statement: 'No.',
    fields: {},
    target: {},
    how: 'exact_count',
    severity: 'info',
  } as const;
  const run = (analyze: Parameters<typeof definePlugin>[0]['analyze']) =>
    runPlugin({ plugin: definePlugin({ analyze }), manifest }, { n: [1, 2] });
  await expect(run((ctx) => ctx.finding({ ...finding, title: 'There are 2 rows' }))).rejects.toThrow(/digit/);
  await expect(
    run((ctx) => ctx.artifact({ path: 'a.txt', content: 'a', media_type: 'text/plain', title: 'A' })),
  ).rejects.toThrow('the manifest does not ask for artifacts.write');
  const writes = { ...manifest, capabilities_required: ['dataset.read', 'artifacts.write'] };
  const lying = definePlugin({
    analyze: (ctx) => ctx.artifact({ path: 'a.png', content: 'a', media_type: 'image/png', title: 'A' }),
  });
  await expect(runPlugin({ plugin: lying, manifest: writes }, { n: [1] })).rejects.toThrow(
    'the artifact a.png',
  );
  await expect(run(async (ctx) => void (await ctx.query("SELECT * FROM 'x.csv'")))).rejects.toThrow(
    /refused/i,
  );
});

test('settings that a run would refuse are refused, and so is a table without rows', async () => {
  const analysis = join(templates, 'analysis');
  const table = { amount: [1, 2] };
  const set = (settings: Record<string, unknown>) => runPlugin(analysis, table, { settings });
  await expect(set({ larges: 0.2 })).rejects.toThrow('larges: unknown key (did you mean "largest"?)');
  await expect(set({ largest: 3 })).rejects.toThrow('settings: largest: must be <');
  await expect(runPlugin(analysis, { amount: [] })).rejects.toThrow('the table has no rows');
  await expect(runPlugin(analysis, [])).rejects.toThrow('the table has no rows');
});

test('a table that a plugin does not apply to, and a manifest that is none, are told as that', async () => {
  const analysis = join(templates, 'analysis');
  const region = Array.from({ length: 12 }, (_, row) => (row % 2 === 0 ? 'N' : 'S'));
  await expect(runPlugin(analysis, { region })).rejects.toThrow('no column has the role measure');
  const plugin = definePlugin({ analyze: () => undefined });
  await expect(runPlugin({ plugin, manifest: { ...manifest, id: 7 } }, { region })).rejects.toThrow(/id/);
});

test('chance is as in the sandbox: it throws where the manifest does not declare it, and in partial; else it follows the seed; beside the plugin it stays what it was', async () => {
  const draws = () => [Math.random(), crypto.randomUUID(), crypto.getRandomValues(new Uint8Array(4)).join()];
  const plugin = definePlugin({
    async analyze(ctx) {
      await Promise.resolve();
      ctx.note(draws().join());
    },
  });
  const early = definePlugin({ ...plugin, partial: () => Math.random(), merge: (a) => a });
  const table = { n: [1] };
  const declared = { ...manifest, randomness: true };
  await expect(runPlugin({ plugin, manifest }, table)).rejects.toThrow('randomness is not declared');
  await expect(runPlugin({ plugin: early, manifest: declared }, table)).rejects.toThrow('in analyze only');
  const runs = ['1', '1', '2'].map((seed) => runPlugin({ plugin, manifest: declared }, table, { seed }));
  expect(new Set([...draws(), ...draws()]).size).toBe(6);
  const [one, again, other] = (await Promise.all(runs)).map(({ notes }) => notes[0]);
  expect(again).toBe(one);
  expect(other).not.toBe(one);
});
