import { expect, test } from 'vitest';
import { createRandom } from '../../src/sdk/index.ts';
import { DECIMAL, DRIVERS, fieldOf, findingOn, keptOf, minute, TEXT, TIME } from './groups-and-drift.ts';
import { rolesOf, type Table, withTable } from './make-table.ts';
import { hazardousLog, LOG_ROLES } from './process-log.ts';
import { type InProcess, runInProcess } from './run-in-process.ts';

const ROLES = { measure: 'cost', category: 'team', boolean: 'shift', timestamp: 'at' };
const COLUMNS = [
  { name: 'at', type: TIME },
  { name: 'team', type: TEXT },
  { name: 'shift', type: TEXT },
  { name: 'cost', type: DECIMAL },
];

type Row = { readonly team: string; readonly shift: string; readonly cost: number };

/** A row every 45 minutes: 1,200 of them are some 37 days. */
function tableOf(rows: number, draw: (row: number) => Row): Table {
  return {
    columns: COLUMNS,
    rows: Array.from({ length: rows }, (_, i) => {
      const { team, shift, cost } = draw(i);
      return [minute(i * 45), team, shift, cost.toFixed(2)];
    }),
  };
}

test('a group whose days are bad is not found where whole days are good or bad for everyone', async () => {
  const found: number[] = [];
  for (let seed = 1; seed <= 10; seed += 1) {
    const random = createRandom(String(seed), 'days');
    const days = Array.from({ length: 60 }, () => ({ level: 3 * random.normal(), team: random.uniform() }));
    const table = tableOf(1200, (i) => {
      const day = days[Math.floor((i * 45) / 1440)] ?? { level: 0, team: 0 };
      // each day has a team that works most of it, by chance
      const team = random.uniform() < 0.7 ? (day.team < 0.5 ? 'A' : 'B') : random.uniform() < 0.5 ? 'A' : 'B';
      return { team, shift: String(random.integer(2)), cost: 100 + day.level + random.normal() };
    });
    const kept = await keptOf(table, ROLES, DRIVERS);
    if (kept.findings.length > 0) found.push(seed);
  }
  expect(found.length, found.join(', ')).toBeLessThanOrEqual(2);
});

test('a difference that only goes with another driver is told as explained, not as a difference', async () => {
  const random = createRandom('1', 'explained');
  const table = tableOf(3000, () => {
    const shift = random.uniform() < 0.5 ? 'night' : 'day';
    const team = random.uniform() < (shift === 'night' ? 0.8 : 0.2) ? 'A' : 'B';
    return { team, shift, cost: 100 + (shift === 'night' ? 3 : 0) + random.normal() };
  });
  const kept = await keptOf(table, ROLES, DRIVERS);
  expect(findingOn(kept, 'segment_difference', 'team', 'cost')).toBeUndefined();
  expect(findingOn(kept, 'segment_difference', 'shift', 'cost')).toBeDefined();
  const explained = findingOn(kept, 'segment_difference_explained', 'cost');
  expect(explained?.statement).toContain('Among rows of the same shift');
  expect(Math.abs(Number(fieldOf(explained, 'within')))).toBeLessThan(0.2);
});

test('what is told of groups is the same where a table is so large that it takes several queries', async () => {
  const random = createRandom('1', 'several');
  const table = tableOf(2000, () => {
    const [team, shift] = [
      ['A', 'B', 'C'][random.integer(3)] ?? 'A',
      random.uniform() < 0.5 ? 'night' : 'day',
    ];
    return {
      team,
      shift,
      cost: 100 + (team === 'C' ? 4 : 0) + (shift === 'night' ? 3 : 0) + random.normal(),
    };
  });
  const [usual, large] = await withTable(table, async (dataset) => {
    const seeming = { ...dataset, rowCount: 12_000_000 };
    return [
      await runInProcess(DRIVERS, dataset, rolesOf(ROLES)),
      await runInProcess(DRIVERS, seeming, rolesOf(ROLES)),
    ];
  });
  const queriesOf = ({ result }: InProcess) =>
    new Set(
      result.findings
        .flatMap(({ evidence }) => evidence)
        .flatMap((one) => ('sql' in one && one.sql.includes('quantile_disc(x,') ? [one.sql] : [])),
    ).size;
  const toldOf = ({ result }: InProcess) =>
    result.findings.map(({ title, statement }) => `${title} ${statement}`).sort();
  expect(queriesOf(usual)).toBe(1);
  expect(queriesOf(large)).toBeGreaterThan(1);
  expect(toldOf(large)).toEqual(toldOf(usual));
  expect(toldOf(usual).length).toBeGreaterThan(1);
});

test('a difference is said to stay within another driver only as far as the interval there says so', async () => {
  const said: Record<string, number> = {};
  for (let seed = 1; seed <= 18; seed += 1) {
    const random = createRandom(String(seed), 'stays');
    const table = tableOf(seed % 3 === 0 ? 1200 : 100, () => {
      const shift = random.uniform() < 0.5 ? 'night' : 'day';
      const team = random.uniform() < (shift === 'night' ? 0.75 : 0.25) ? 'A' : 'B';
      const own = team === 'A' ? 0.7 : 0;
      return { team, shift, cost: 100 + own + (shift === 'night' ? 0.7 : 0) + random.normal() };
    });
    for (const finding of (await keptOf(table, ROLES, DRIVERS)).findings) {
      const within = finding.fields['within_low'];
      if (finding.kind !== 'segment_difference' || within === undefined) continue;
      if (finding.estimate?.name !== 'difference_of_means') continue;
      const stays = /so that (it|a part of it) stays|too few to tell|the two go together/.exec(
        finding.statement,
      );
      said[stays?.[0] ?? 'nothing'] = (said[stays?.[0] ?? 'nothing'] ?? 0) + 1;
      const [low, high, naive] = ['within_low', 'within_high', 'difference'].map((name) =>
        Number(fieldOf(finding, name)),
      ) as [number, number, number];
      const isClear = naive > 0 ? low > 0 : high < 0;
      if (/stays$/.test(stays?.[0] ?? '')) expect(isClear, finding.statement).toBe(true);
      if (stays?.[0] === 'too few to tell') expect(isClear, finding.statement).toBe(false);
    }
  }
  expect(said['so that a part of it stays']).toBeGreaterThan(0);
  expect(said['too few to tell']).toBeGreaterThan(0);
  expect(said['nothing']).toBeUndefined();
});

test('where one far value moves the mean, title and estimate say what the test of ranks shows', async () => {
  const random = createRandom('1', 'far');
  const plain = Array.from({ length: 900 }, () => {
    const team = random.uniform() < 0.6 ? 'A' : 'B';
    return { team, shift: String(random.integer(2)), cost: (team === 'A' ? 40 : 60) + 5 * random.normal() };
  });
  const far = plain.findIndex(({ team }) => team === 'A');
  const toldOf = async (cost: number) => {
    const table = tableOf(900, (i) => ({
      team: 'A',
      shift: '',
      ...plain[i],
      cost: i === far ? cost : (plain[i]?.cost ?? 0),
    }));
    const finding = findingOn(await keptOf(table, ROLES, DRIVERS), 'segment_difference', 'team', 'cost');
    return { finding, title: String(finding?.title), statement: String(finding?.statement) };
  };
  const moved = await toldOf(999_999.99);
  expect(Number(fieldOf(moved.finding, 'difference'))).toBeLessThan(0);
  expect(moved.title).toMatch(/^Rows with team = B have the larger cost in 99/);
  expect(moved.statement).toMatch(/^Rows with team = B \(.*\) tend to a larger cost/);
  expect(moved.statement).toContain('Means, which a few far values can move, do not tell the two apart');
  expect(moved.statement).not.toContain('too few to tell');
  expect(moved.finding?.estimate).toMatchObject({ name: 'chance_of_a_larger_value', unit: '%' });
  expect(moved.finding?.estimate?.value).toBe(Number(fieldOf(moved.finding, 'larger_percent')));
  expect(moved.finding?.estimate?.confidence_interval?.low).toBeGreaterThan(95);
  const usual = await toldOf(40);
  expect(usual.title).toMatch(/have a mean cost of/);
  expect(usual.finding?.estimate?.name).toBe('difference_of_means');
});

test('a pair of levels that is worse than both together is found; effects that add up are not a pair', async () => {
  const run = async (together: number) => {
    const random = createRandom('1', `pair ${together}`);
    const table = tableOf(3000, () => {
      const [team, shift] = [`T${random.integer(3)}`, random.uniform() < 0.4 ? 'night' : 'day'];
      const both = team === 'T2' && shift === 'night' ? together : 0;
      const cost = 100 + (team === 'T2' ? 1 : 0) + (shift === 'night' ? 1 : 0) + both + random.normal();
      return { team, shift, cost };
    });
    return keptOf(table, ROLES, DRIVERS);
  };
  const pair = findingOn(await run(2), 'segment_interaction', 'team', 'shift', 'cost');
  expect(pair?.replication?.holds).toBe('both');
  expect([fieldOf(pair, 'level'), fieldOf(pair, 'level_two')].sort()).toEqual(['T2', 'night']);
  expect(Number(fieldOf(pair, 'beyond'))).toBeGreaterThan(1.6);
  expect(findingOn(await run(0), 'segment_interaction', 'team', 'shift', 'cost')).toBeUndefined();
});

test('levels without the minimum support are no segments; near misses say what was tested', async () => {
  const random = createRandom('1', 'support');
  const table = tableOf(600, (i) => ({
    team: i % 25 === 0 ? 'rare' : `T${random.integer(2)}`,
    shift: String(random.integer(2)),
    cost: (i % 25 === 0 ? 500 : 100) + random.normal(),
  }));
  const kept = await keptOf(table, ROLES, DRIVERS);
  const hypotheses = kept.results.flatMap(({ tests }) => tests.map(({ hypothesis }) => hypothesis));
  expect(hypotheses.filter((text) => text.includes('rare'))).toEqual([]);
  const misses = kept.artifacts.get('near_misses.csv') ?? '';
  expect(misses).toContain('cost by team');
  expect(misses).toContain('cost by shift');
});

test('a hazardous process log, in which jobs and hosts are drawn at random, gives no difference', async () => {
  const kept = await keptOf(hazardousLog(3000, 4), LOG_ROLES, DRIVERS);
  expect(kept.results[0]?.tests.length).toBeGreaterThan(8);
  expect(kept.findings.map(({ title }) => title)).toEqual([]);
});
