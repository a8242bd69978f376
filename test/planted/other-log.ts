import type { PlantTruth } from '../../src/contract/index.ts';
import type { SyntheticTable } from '../../src/synth/index.ts';

// A second generator of process logs, which shares nothing with `synth`: other names, other shapes of values, another queue.
// Times are ISO with a T, ids are text, statuses are words, parameters are JSON, and no column tells when a run was eligible.

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const START = Date.UTC(2024, 8, 2);
const DAYS = 75;
const SLOTS = 3;
const HOSTS = ['batch-a.corp', 'batch-b.corp', 'batch-c.corp'];
const SLOW = { host: 'batch-c.corp', factor: 1.4 };
const PEOPLE = ['anna.k', 'b.lind', 'c.ortega', 'd.wu', 'e.frank'];
/** Program, minutes of work in the median, runs a working day. */
const PROGRAMS = [
  ['LedgerPost', 4, 18],
  ['StockCount', 3, 14],
  ['InvoicePrint', 2, 16],
  ['PriceUpdate', 5, 10],
  ['CreditCheck', 1, 14],
  ['FtpSend', 1.5, 12],
] as const;
const NIGHT = ['NightLoad', 'NightCheck', 'NightPost'] as const;
const LAG = 900_000;

/** Small and quick (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Call {
  readonly program: string;
  readonly by: string;
  readonly asked: number;
  work: number;
  readonly args: Readonly<Record<string, unknown>>;
  attempt: number;
  outcome: 'succeeded' | 'failed';
  readonly after?: Call;
  id: string;
  host: string;
  begin: number;
  finish: number;
}

const isClose = (at: number): boolean => {
  const day = new Date(at).getUTCDate();
  return day >= 20 || day <= 5;
};
const isWorkday = (at: number): boolean => ![0, 6].includes(new Date(at).getUTCDay());

/** A log of about 7000 runs. */
export function otherLog(seed: string): SyntheticTable {
  const random = randomFrom(7919 * Number(seed));
  const calls = demand(random).sort((a, b) => a.asked - b.asked);
  simulate(calls, random);
  const all = calls.concat(retriesOf(calls, random)).sort((a, b) => a.asked - b.asked);
  for (const [i, call] of all.entries()) call.id = `R-${String(400_000 + i)}-${seed}`;
  return { columns: COLUMNS, rows: all.map(rowOf), plants: plantsIn(all) };
}

/** Everything that is asked for, day by day. */
function demand(random: () => number): Call[] {
  const calls: Call[] = [];
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const call = (program: string, minutes: number, asked: number, more: Partial<Call> = {}): Call => {
    const work = Math.round(minutes * MINUTE * Math.exp(0.4 * normal()));
    const made: Call = {
      ...{
        program,
        asked: Math.round(asked),
        work,
        by: 'svc.clock',
        args: {},
        attempt: 0,
        outcome: 'succeeded',
      },
      ...{ id: '', host: '', begin: 0, finish: 0 },
      ...more,
    };
    calls.push(made);
    return made;
  };
  const anyone = () => PEOPLE[Math.floor(random() * PEOPLE.length)] ?? '';
  for (let day = START; day < START + DAYS * DAY; day += DAY) {
    for (let at = day; at < day + DAY; at += 15 * MINUTE)
      call('MailPoll', 0.7, at + 2000 * random(), { args: { queue: 'inbound' } });
    const [load, check] = [call(NIGHT[0], 9, day + 2 * HOUR), NIGHT[1]];
    call(NIGHT[2], 6, day + 2 * HOUR + 2000, {
      after: call(check, 4, day + 2 * HOUR + 1000, { after: load }),
    });
    if (!isWorkday(day)) continue;
    for (const [program, minutes, runs] of PROGRAMS) {
      const times = program === 'CreditCheck' && isClose(day) ? 4 : 1;
      const longer = program === 'PriceUpdate' && isClose(day) ? 1.6 : 1;
      for (let i = 0; i < runs * times; i += 1) {
        const args = {
          period: new Date(day).toISOString().slice(0, 7),
          unit: 1 + Math.floor(random() * 30),
          mode: random() < 0.5 ? 'full' : 'delta',
          batch: Math.floor(random() * 5000),
        };
        const one = call(program, minutes * longer, day + (7 + 11 * random()) * HOUR, { by: anyone(), args });
        if (program === 'FtpSend' && random() < 0.35) one.outcome = 'failed';
        if (program === 'StockCount' && random() < 0.12) {
          call(program, minutes, one.asked + (1 + 3 * random()) * MINUTE, { by: one.by, args });
        }
      }
    }
    if (isClose(day)) {
      for (let i = 0; i < 45; i += 1) {
        const args = { customer: `C${10_000 + Math.floor(random() * 60_000)}`, form: 'A4' };
        call('Statement', 0.8, day + (9 + i / 30) * HOUR, { by: 'm.abel', args });
      }
    }
  }
  return calls;
}

/** First come, first served, on the slot that is free first; what follows another run waits for its end, and for a lag. */
function simulate(calls: readonly Call[], random: () => number): void {
  const slots = HOSTS.flatMap((host) => Array.from({ length: SLOTS }, () => ({ host, free: START })));
  const waiting = calls.map((call) => ({ call, ready: call.asked + 3000 * random() }));
  const byReady = (a: { ready: number }, b: { ready: number }) => a.ready - b.ready;
  const followers = waiting.filter(({ call }) => call.after !== undefined);
  const queue = waiting.filter(({ call }) => call.after === undefined).sort(byReady);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { call, ready } = next;
    const open = slots.filter(({ free }) => free <= ready);
    const slot =
      open[Math.floor(random() * open.length)] ?? slots.reduce((a, b) => (b.free < a.free ? b : a));
    call.host = slot.host;
    call.begin = Math.round(Math.max(ready, slot.free));
    call.finish = call.begin + Math.round(call.work * (slot.host === SLOW.host ? SLOW.factor : 1));
    slot.free = call.finish;
    for (const one of followers.filter(({ call: { after } }) => after === call)) {
      const lag = one.call.program === NIGHT[2] ? LAG : 0;
      queue.push({ call: one.call, ready: call.finish + lag + 3000 * random() });
      queue.sort(byReady);
    }
  }
}

/** A send that failed is tried again after some minutes, once, and then works. */
function retriesOf(calls: readonly Call[], random: () => number): Call[] {
  return calls
    .filter(({ outcome }) => outcome === 'failed')
    .map((call) => {
      const asked = Math.round(call.finish + (2 + 3 * random()) * MINUTE);
      const begin = asked + 1500;
      return { ...call, asked, begin, finish: begin + call.work, attempt: 1, outcome: 'succeeded' };
    });
}

const column = (
  name: string,
  kind: 'text' | 'timestamp' | 'integer',
  logRole: string,
): SyntheticTable['columns'][number] => ({
  name,
  type: { kind },
  role: kind === 'timestamp' ? 'timestamp' : 'category',
  logRole,
});
const COLUMNS = [
  column('Job Run Id', 'text', 'run_id'),
  column('Job Name', 'text', 'activity'),
  column('Submitted By', 'text', 'user'),
  column('Host', 'text', 'resource'),
  column('Submitted', 'timestamp', 'queued_at'),
  column('Started', 'timestamp', 'started_at'),
  column('Finished', 'timestamp', 'ended_at'),
  column('State', 'text', 'status'),
  column('Retry No', 'integer', 'attempts'),
  column('Depends On', 'text', 'depends_on'),
  column('Arguments', 'text', 'parameters'),
];

function rowOf(call: Call): (string | null)[] {
  const iso = (ms: number) => new Date(ms).toISOString().slice(0, 23);
  return [
    ...[call.id, call.program, call.by, call.host],
    ...[iso(call.asked), iso(call.begin), iso(call.finish)],
    ...[call.outcome, String(call.attempt), call.after?.id ?? null, JSON.stringify(call.args)],
  ];
}

/** Ratio of geometric means of the service times of two groups of runs, like with like by program. */
function ratioOf(calls: readonly Call[], isIn: (call: Call) => boolean): number {
  let [sum, weights] = [0, 0];
  for (const runs of Map.groupBy(calls, ({ program }) => program).values()) {
    const logs = (inside: boolean) =>
      runs.filter((run) => isIn(run) === inside).map((run) => Math.log(run.finish - run.begin));
    const [a, b] = [logs(true), logs(false)];
    if (a.length === 0 || b.length === 0) continue;
    const mean = (values: readonly number[]) =>
      values.reduce((total, value) => total + value, 0) / values.length;
    const weight = (a.length * b.length) / (a.length + b.length);
    [sum, weights] = [sum + weight * (mean(a) - mean(b)), weights + weight];
  }
  return Math.exp(sum / weights);
}

function plantsIn(calls: readonly Call[]): PlantTruth[] {
  const of = (program: string) => calls.filter((call) => call.program === program);
  const plant = (
    kind: string,
    target: PlantTruth['target'],
    measured: PlantTruth['measured'],
  ): PlantTruth => ({
    ...{ plant: `other ${kind}`, kind, expected: 'found', statement: '', size: { value: 1, unit: '' } },
    ...{ target, measured },
  });
  const days = new Set(
    calls.filter(({ asked }) => isWorkday(asked)).map(({ asked }) => Math.floor(asked / DAY)),
  );
  const perDay = (program: string, inClose: boolean) =>
    of(program).filter(({ asked }) => isWorkday(asked) && isClose(asked) === inClose).length /
    [...days].filter((day) => isClose(day * DAY) === inClose).length;
  const sends = of('FtpSend');
  const lags = of(NIGHT[2]).map((call) => call.begin - (call.after?.finish ?? 0));
  return [
    plant('schedule_interval', { activity: 'MailPoll' }, { interval_minutes: 15 }),
    plant(
      'parameter_sweep',
      { activity: 'Statement', parameter: 'customer' },
      { runs_of_Statement: of('Statement').length },
    ),
    plant(
      'retry_hotspot',
      { activity: 'FtpSend' },
      { share_failed: sends.filter(({ outcome }) => outcome === 'failed').length / sends.length },
    ),
    plant('duplicate_runs', { activity: 'StockCount' }, {}),
    plant(
      'slow_resource',
      { resource: SLOW.host },
      { service_ratio_matched_on_activity: ratioOf(calls, ({ host }) => host === SLOW.host) },
    ),
    plant(
      'close_duration_shift',
      { activity: 'PriceUpdate' },
      { ratio_of_geometric_means: ratioOf(of('PriceUpdate'), ({ asked }) => isClose(asked)) },
    ),
    plant(
      'close_uplift',
      { activity: 'CreditCheck' },
      { ratio: perDay('CreditCheck', true) / perDay('CreditCheck', false) },
    ),
    plant(
      'dependency_lag',
      { activity: NIGHT[2], after: NIGHT[1] },
      { mean_lag_seconds: lags.reduce((sum, lag) => sum + lag, 0) / lags.length / 1000 },
    ),
  ];
}
