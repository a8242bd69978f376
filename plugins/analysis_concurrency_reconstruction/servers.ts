import {
  ACTIONABILITY,
  type ItemInput,
  MOST_SWEPT,
  type QueryHandle,
  readServerLevels,
  resultCsv,
  secondsText,
} from '../../src/sdk/index.ts';
import { percentOf, type Study, total } from './whole-log.ts';

/** Most servers that stand as items; the file has all. */
const MOST_ITEMS = 20;

interface Server {
  readonly name: string;
  /** Row with most runs at once. */
  readonly top: number;
  readonly busyUs: bigint;
  readonly runningUs: bigint;
}

/** How many runs each server had at once, and for how much of the time it had work; the sweep by server, where there are some. */
export async function reportServers(study: Study): Promise<QueryHandle | undefined> {
  const { ctx } = study;
  if (ctx.role('resource') === undefined) {
    ctx.note('No column names a server: nothing is told by server.');
    return undefined;
  }
  const handle = await readServerLevels(ctx, study.occupancy);
  const servers = serversIn(handle).sort((a, b) => Number(b.runningUs - a.runningUs));
  if (servers.length >= MOST_SWEPT)
    ctx.note(`Only the servers that had most work are told apart, ${MOST_SWEPT} of them.`);
  await ctx.artifact({
    path: 'runs_at_once_by_server.csv',
    content: resultCsv(handle, ctx.coverage),
    media_type: 'text/csv',
    title: 'How long so many runs were under way at once on each server, and first when',
  });
  const [most] = servers;
  if (most === undefined || servers.length < 2) {
    ctx.note('All runs share one server: its use is that of the whole log.');
    return handle;
  }
  const items = servers.slice(0, MOST_ITEMS).map((server) => itemOf(study, handle, server));
  const counts = ctx.derivation({ method: 'count', values: { servers: servers.length }, inputs: [handle] });
  const first = itemOf(study, handle, most);
  ctx.finding({
    kind: 'server_use',
    title: 'Of {servers} servers {name} had most work: {load} runs at once on average, at most {peak}',
    statement:
      'Of {servers} servers {name} had {load} runs at once on average over all hours and at most {peak}, first at {peak_at}; ' +
      'it had work for {busy_percent} of the time and as much as it ever had for {peak_s}.',
    fields: { ...first.fields, servers: counts.value('servers') },
    estimate: { name: 'average_runs_under_way', field: 'load' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: 0.05, reach: 1, actionability: ACTIONABILITY.other },
    items,
    limitations: ['The most at once that a server had is no proof that it could not have had more.'],
  });
  return handle;
}

function itemOf(
  { ctx, whole }: Study,
  handle: QueryHandle,
  { name, top, busyUs, runningUs }: Server,
): ItemInput {
  const sums = ctx.derivation({
    method: 'sweep line over [start, end) of the runs of one server',
    parameters: { server: name },
    values: {
      load: Number(runningUs) / Number(whole.spanUs),
      busy_percent: percentOf(busyUs, whole.spanUs),
      peak_s: secondsText(handle.bigint(top, 'lasting_us') ?? 0n),
    },
    inputs: [handle],
  });
  return {
    title: '{name}: {load} runs at once on average, at most {peak}, at work for {busy_percent} of the time',
    statement:
      '{name} had {load} runs at once on average and at most {peak}, for {peak_s}; it had work for {busy_percent} of the time.',
    fields: {
      name: handle.cell(top, 'name'),
      peak: handle.cell(top, 'running'),
      peak_at: handle.cell(top, 'first_at'),
      load: sums.value('load'),
      busy_percent: { from: sums.value('busy_percent'), unit: '%' },
      peak_s: { from: sums.value('peak_s'), unit: 's' },
    },
    estimate: { name: 'average_runs_under_way', field: 'load' },
  };
}

function serversIn(handle: QueryHandle): Server[] {
  const rows = Map.groupBy(handle.rows.keys(), (row) => handle.text(row, 'name') ?? '');
  return [...rows].map(([name, of]) => {
    const busy = of.filter((row) => handle.number(row, 'running') !== 0);
    const us = (row: number) => handle.bigint(row, 'lasting_us') ?? 0n;
    return {
      name,
      top: of.at(-1) ?? 0,
      busyUs: total(busy.map(us)),
      runningUs: total(busy.map((row) => (handle.bigint(row, 'running') ?? 0n) * us(row))),
    };
  });
}
