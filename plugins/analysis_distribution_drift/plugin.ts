import {
  type Context,
  definePlugin,
  MOST_HOPEFUL_P,
  plainColumnName,
  rowBlocks,
  tableView,
} from '../../src/sdk/index.ts';
import { type ColumnCounts, countRows } from './counts.ts';
import { type HalvesTest, type Split, splitBlocks, testHalves } from './halves.ts';
import { reportHalves } from './halves-findings.ts';
import type { LabelledHalves } from './halves-request.ts';
import { type LabelledMonths, reportMonths } from './month-findings.ts';
import { type MonthsTest, testMonths } from './months.ts';
import { monthName, writeNearMisses } from './near-misses.ts';
import { readSettings, type Settings } from './settings.ts';
import { showSplit } from './shown.ts';
import { type DriftSize, isOfInterest } from './sizes.ts';

const HALVES = 'drift between halves';
const MONTHS = 'drift between months';
const PAIRS_OF_MONTHS = 'pairs of months';

export default definePlugin({
  async analyze(ctx: Context) {
    const asked = readSettings(ctx);
    const view = await tableView(ctx);
    const blocks = await rowBlocks(ctx, view.time);
    const counts = await countRows(ctx, view, blocks, asked);
    const settings = { ...asked, draws: drawsFor(asked.draws, counts.length) };
    if (counts.length === 0) return ctx.notLookedFor('No measure or category has more than one value.');
    noteBlocks(ctx, view.time, blocks.by, blocks.words);
    const split = splitBlocks(counts, blocks);
    const halves = present(counts.map((one) => testHalves(ctx, one, split, settings)));
    const months = present(counts.map((one) => testMonths(ctx, one, blocks, settings)));
    if (blocks.perMonth === undefined)
      ctx.note('Months are not compared: the rows don’t spread over them by time.');
    noteAlike(ctx, halves, 'the halves');
    noteAlike(ctx, months, 'months');
    const tested = { halves: registerHalves(ctx, halves), months: registerMonths(ctx, months) };
    await report(ctx, {
      halves: tested.halves.filter(({ test }) => isHopeful(test.permuted, test, settings)),
      months: tested.months.flatMap((one) => hopefulMonths(one, settings)),
      split,
      time: view.time,
      settings,
    });
    await writeNearMisses(ctx, tested, settings);
  },
});

const FEWEST_DRAWS = 9_999;
const ALL_DRAWS = 2_000_000;

/** Draws for each column: the more columns, the fewer, so that a table in which all drift takes no longer. */
function drawsFor(asked: number, columns: number): number {
  return Math.min(asked, Math.max(FEWEST_DRAWS, Math.floor(ALL_DRAWS / columns)));
}

function noteBlocks(ctx: Context, time: string | undefined, by: 'time' | 'rows', words: string): void {
  if (by === 'time')
    ctx.note(`Tests take whole ${words} as units, for rows of the same time are often alike.`);
  else if (time === undefined) ctx.note('There is no time: halves are those of the order of the rows.');
  else ctx.note('The times make too few stretches to compare: halves are those of the order of the rows.');
}

/** Says which columns can't be tested. */
function noteAlike(ctx: Context, tests: readonly (HalvesTest | MonthsTest)[], parts: string): void {
  const alike = tests.filter(({ joined }) => joined.alike);
  if (alike.length === 0) return;
  const names = alike.map(({ counts }) => plainColumnName(ctx, counts.sqlName)).join(', ');
  ctx.note(
    `Whether ${parts} differ can’t be tested for ${names}: stretches that follow each other are so alike, over so long ` +
      'times, that a slow swing can’t be told from a drift. The ledger has p = 1 for each.',
  );
}

function present<T>(all: readonly (T | undefined)[]): T[] {
  return all.filter((one) => one !== undefined);
}

/** Whether the ledger may keep it, and its effect is worth a finding. */
function isHopeful(
  { p_value }: { readonly p_value: number },
  { size }: { readonly size: DriftSize },
  settings: Settings,
): boolean {
  return p_value <= MOST_HOPEFUL_P && isOfInterest(size, settings);
}

/** Enters each column's test in the ledger. */
function registerHalves(ctx: Context, tests: readonly HalvesTest[]): LabelledHalves[] {
  return tests.map((test) => ({
    test,
    label: ctx.test({
      family: HALVES,
      hypothesis: `${plainColumnName(ctx, test.counts.sqlName)}: the halves do not differ`,
      statistic: statisticOf(test.counts, test.distance),
      p_value: test.permuted.p_value,
      n: rowsOf(test),
    }),
  }));
}

function rowsOf({ first, second }: HalvesTest): number {
  return [...first, ...second].reduce((total, count) => total + count, 0);
}

/** The same for months: one hypothesis for a column, and one more for each other pair that was compared. */
function registerMonths(ctx: Context, tests: readonly MonthsTest[]): LabelledMonths[] {
  return tests.flatMap((test) => {
    const name = plainColumnName(ctx, test.counts.sqlName);
    const [most] = test.pairs;
    if (most === undefined) return [];
    const label = ctx.test({
      family: MONTHS,
      hypothesis: `${name}: no month differs from the one before`,
      statistic: statisticOf(test.counts, most.distance),
      p_value: test.permuted.p_value,
      n: test.pairs.reduce((total, { rows }) => total + rows, 0),
    });
    const others = test.pairs.slice(1).map((pair) => ({
      pair,
      label: ctx.test({
        family: PAIRS_OF_MONTHS,
        hypothesis: `${name}: ${monthName(pair.after)} does not differ from ${monthName(pair.before)}`,
        statistic: statisticOf(test.counts, pair.distance),
        p_value: pair.p_value,
        n: pair.rows,
        dependent: true,
      }),
    }));
    return [{ test, label, pairs: [{ pair: most, label }, ...others] }];
  });
}

/** With the pairs that may be told; nothing where the one that lies farthest apart may not. */
function hopefulMonths({ test, label, pairs }: LabelledMonths, settings: Settings): LabelledMonths[] {
  const [most, ...others] = pairs;
  if (most === undefined || !isHopeful(test.permuted, most.pair, settings)) return [];
  return [{ test, label, pairs: [most, ...others.filter(({ pair }) => isHopeful(pair, pair, settings))] }];
}

function statisticOf({ column }: ColumnCounts, value: number) {
  return { name: column.kind === 'measure' ? 'Anderson–Darling A²' : 'chi-square', value };
}

interface ReportRequest {
  readonly halves: readonly LabelledHalves[];
  readonly months: readonly LabelledMonths[];
  readonly split: Split;
  readonly time: string | undefined;
  readonly settings: Settings;
}

async function report(ctx: Context, { halves, months, split, time, settings }: ReportRequest): Promise<void> {
  if (halves.length > 0) {
    const when = await showSplit(ctx, split, split.blocks.by === 'time' ? time : undefined);
    for (const [i, hopeful] of halves.entries())
      await reportHalves(ctx, { ...hopeful, split, when, settings, ordinal: i + 1 });
  }
  for (const [i, hopeful] of months.entries()) {
    if (time !== undefined) await reportMonths(ctx, { ...hopeful, time, settings, ordinal: i + 1 });
  }
}
