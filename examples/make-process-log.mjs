// Writes process-log.csv and sales.csv beside this script. Run: node examples/make-process-log.mjs
// Everything is invented. The same bytes come out on every machine: seeded generator, whole seconds, no clock.
import { writeFileSync } from 'node:fs';

const DAY = 86_400;
const FIRST_DAY = Date.UTC(2025, 0, 6) / 1000; // a Monday
const DAYS = 61; // to Friday, 7 March: two whole month-end closes
const SERVERS = ['APPSRV01', 'APPSRV02'];

/** A small seeded generator (mulberry32): numbers in [0, 1). */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = generator(20_250_106);
const between = (low, high) => low + Math.floor(random() * (high - low + 1));
const pick = (list) => list[between(0, list.length - 1)];
const isWeekday = (second) => [1, 2, 3, 4, 5].includes(new Date(second * 1000).getUTCDay());
const dayOfMonth = (second) => new Date(second * 1000).getUTCDate();
const inClose = (second) => dayOfMonth(second) >= 20 || dayOfMonth(second) <= 5;

/** The accounting month that is being closed: the previous one until the 5th, then the current one. */
function accountingMonth(second) {
  const date = new Date(second * 1000);
  const shift = date.getUTCDate() <= 5 ? -1 : 0;
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + shift, 1)).toISOString().slice(0, 7);
}

/** Seconds a job works: a wide triangle, with a long run now and then. */
function service(low, high) {
  const typical = Math.round((between(low, high) + between(low, high)) / 2);
  return random() < 0.02 ? typical * 3 : typical;
}

const jobs = [];

/** Asks for a run. `after` is the run it depends on, `parent` and `master` its place in a chain. */
function ask(queued, process, module, user, seconds, parameters, links = {}) {
  const job = { queued, process, module, user, seconds, parameters, status: 'C', ...links };
  jobs.push(job);
  return job;
}

function notifications(midnight) {
  for (let minute = 7 * 60 + 30; minute <= 10 * 60 + 30; minute += 5) {
    ask(midnight + minute * 60 + between(0, 2), 'NOTIFYQ', 'SYS', 'SCHEDULER', service(55, 105), 'Mode=All');
  }
}

const PAYOUT_JOBS = ['PAYCHECK', 'PAYACH', 'PAYWIRE', 'PAYSUSP'];
let payoutId = 400;

function payouts(midnight) {
  const user = pick(['KMEYER', 'TORTIZ']);
  const begin = midnight + 8 * 3600 + between(0, 45) * 60;
  PAYOUT_JOBS.forEach((process, place) => {
    for (let run = 0; run < between(7, 11); run += 1) {
      payoutId += random() < 0.97 ? 1 : 0;
      const parameters = `Accounting Month (type)=${accountingMonth(midnight)};Payout ID=${payoutId}`;
      ask(begin + place * 240 + run * between(12, 40), process, 'PAY', user, service(70, 170), parameters);
    }
  });
}

function reports(midnight) {
  const users = ['ABAKER', 'DSINGH', 'KMEYER', 'LCHEN', 'PNOVAK', 'TORTIZ'];
  for (let run = between(8, 14); run > 0; run -= 1) {
    const process = pick(['RPTOWNER', 'RPTPROD', 'RPTAFE', 'RPTSUSP']);
    const queued = midnight + between(7 * 3600, 18 * 3600);
    ask(queued, process, 'RPT', pick(users), service(30, 300), `Property=${between(1000, 1999)};Format=PDF`);
  }
  for (let run = between(2, 5); run > 0; run -= 1) {
    const parameters = `Accounting Month (type)=${accountingMonth(midnight)};Operator=${between(10, 40)}`;
    ask(midnight + between(9 * 3600, 17 * 3600), 'JIBINV', 'JIB', pick(['ABAKER', 'LCHEN']), service(60, 240), parameters);
  }
}

/** State reports in the middle of the month: the one burst outside the close. */
function regulatoryReports(midnight) {
  for (let run = 0; run < 24; run += 1) {
    const parameters = `Accounting Month (type)=${accountingMonth(midnight)};Lease=${between(200, 399)}`;
    ask(midnight + 13 * 3600 + run * between(5, 15), 'RPTREG', 'RPT', 'PNOVAK', service(60, 200), parameters);
  }
}

/** One step after the other; the master points at itself, as the real system writes it. */
function chain(queued, user, module, steps, month) {
  const parameters = `Accounting Month (type)=${month}`;
  const [first, ...rest] = steps;
  const master = ask(queued, first[0], module, user, service(first[1], first[2]), parameters);
  master.master = master;
  let after = master;
  rest.forEach(([process, low, high], place) => {
    const links = { after, parent: master, master };
    after = ask(queued + 1 + place, process, module, user, service(low, high), parameters, links);
  });
}

const NIGHTLY = [['REVNIGHT', 20, 60], ['REVIMPRT', 300, 900], ['REVVALID', 200, 500], ['REVALLOC', 600, 1500], ['REVPOST', 200, 600]];
const CLOSE = [['CLSMAST', 20, 60], ['CLSEXTR', 120, 400], ['CLSVALU', 200, 500], ['CLSTAX', 90, 240], ['CLSPOST', 200, 600], ['CLSRPT', 60, 180]];

for (let day = 0; day < DAYS; day += 1) {
  const midnight = FIRST_DAY + day * DAY;
  if (!isWeekday(midnight)) continue;
  chain(midnight + 3600, 'SCHEDULER', 'REV', NIGHTLY, accountingMonth(midnight));
  notifications(midnight);
  reports(midnight);
  if (dayOfMonth(midnight) === 14) regulatoryReports(midnight);
  if (!inClose(midnight)) continue;
  payouts(midnight);
  chain(midnight + 8 * 3600 + between(0, 1800), 'RCLOSE', 'REV', CLOSE, accountingMonth(midnight));
  chain(midnight + 9 * 3600 + between(0, 7200), 'RCLOSE', 'JIB', CLOSE, accountingMonth(midnight));
}

jobs.sort((a, b) => a.queued - b.queued);
jobs.forEach((job, place) => {
  job.id = 610_001 + place;
});

/** Two servers, one run at a time each; whoever became eligible first starts first. */
function simulate() {
  const waiting = jobs.filter((job) => job.after === undefined);
  for (const job of waiting) job.eligible = job.queued + between(0, 3);
  const dependants = Map.groupBy(jobs.filter((job) => job.after !== undefined), (job) => job.after);
  const free = SERVERS.map(() => 0);
  while (waiting.length > 0) {
    waiting.sort((a, b) => b.eligible - a.eligible || b.id - a.id);
    const job = waiting.pop();
    if (job === undefined) return;
    const server = free[0] <= free[1] ? 0 : 1;
    job.machine = SERVERS[server];
    job.started = Math.max(job.eligible, free[server]) + between(1, 4);
    job.ended = job.started + job.seconds;
    free[server] = job.ended;
    for (const dependant of dependants.get(job) ?? []) {
      dependant.eligible = Math.max(job.ended, dependant.queued) + between(1, 5);
      waiting.push(dependant);
    }
  }
}

/** What goes wrong in a real log: failures, killed runs with no end, cancelled runs, a clock set back. */
function spoil() {
  const single = jobs.filter((job) => job.after === undefined && job.master === undefined);
  for (const job of single) if (random() < 0.012) job.status = 'F';
  for (let i = 0; i < 6; i += 1) Object.assign(pick(single), { status: 'K', ended: undefined });
  for (let i = 0; i < 5; i += 1) {
    Object.assign(pick(single), { status: 'X', machine: '', started: undefined, ended: undefined });
  }
  for (const step of [Date.UTC(2025, 0, 15) / 1000, Date.UTC(2025, 1, 12) / 1000]) {
    const job = jobs.find((one) => one.machine === SERVERS[1] && one.started > step && one.ended - one.started < 540);
    if (job !== undefined) job.ended -= 600;
  }
}

const stamp = (second) =>
  second === undefined ? '' : new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ');

function processLog() {
  const header =
    'PROCESS_QUEUE_ID,PROCESS_ID,MODULE_CD,USER_ID,LOCAL_MACHINE_ID,QUEUE_DT,ELIGIBLE_DT,START_DT,END_DT,' +
    'STATUS_CD,DEP_PROCESS_QUEUE_ID,PARENT_PROCESS_QUEUE_ID,MASTER_PROCESS_QUEUE_ID,PARAM_DESCR_LIST';
  const lines = jobs.map((job) =>
    [
      job.id, job.process, job.module, job.user, job.machine,
      stamp(job.queued), stamp(job.eligible), stamp(job.started), stamp(job.ended),
      job.status, job.after?.id ?? '', job.parent?.id ?? '', job.master?.id ?? '', job.parameters,
    ].join(','),
  );
  return `${[header, ...lines].join('\n')}\n`;
}

function sales() {
  const products = [['Lamp', 2490], ['Desk', 18900], ['Chair', 7950], ['Shelf', 5400], ['Rug', 12000]];
  const lines = ['order_id,ordered_on,region,product,quantity,unit_price,amount,rush,comment'];
  for (let order = 1; order <= 240; order += 1) {
    const day = stamp(Date.UTC(2024, 0, 1) / 1000 + Math.floor((order * 366) / 241) * DAY).slice(0, 10);
    const [product, cents] = pick(products);
    const quantity = between(1, 12);
    const price = cents - (quantity > 8 ? Math.floor(cents / 10) : 0);
    const comment = random() < 0.15 ? pick(['"gift, wrapped"', 'call first', 'back door', 'Grüße beilegen']) : '';
    const money = (value) => `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`;
    const row = [`SO-${10_000 + order}`, day, pick(['North', 'South', 'East', 'West']), product, quantity];
    lines.push([...row, money(price), money(price * quantity), random() < 0.1 ? 'yes' : 'no', comment].join(','));
  }
  return `${lines.join('\n')}\n`;
}

simulate();
spoil();
writeFileSync(new URL('process-log.csv', import.meta.url), processLog());
writeFileSync(new URL('sales.csv', import.meta.url), sales());
