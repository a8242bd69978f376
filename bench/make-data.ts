import { closeSync, existsSync, openSync, renameSync, writeSync } from 'node:fs';

/** A plain table: 8 columns of the kinds that exports have. The same bytes for the same number of rows. */
export function writeTable(path: string, rows: number): void {
  const random = mulberry32(1);
  const regions = ['north', 'south', 'east', 'west', 'central'];
  write(path, rows, 'id,when,region,customer,amount,quantity,ratio,comment', (i) => {
    const amount = Math.floor(random() * 1e7) / 100;
    const cells = [
      i + 1,
      time(i * 37),
      regions[Math.floor(random() * 5)],
      `C${Math.floor(random() * 20_000)}`,
      amount.toFixed(2),
      Math.floor(random() * 50),
      random() < 0.02 ? '' : (random() * 2 - 1).toFixed(6),
      random() < 0.7 ? '' : `order ${Math.floor(random() * 1e6)} checked`,
    ];
    return cells.join(',');
  });
}

/** A wide table: 20 columns, 0.2 KB a row. */
export function writeWideTable(path: string, rows: number): void {
  const random = mulberry32(4);
  const whole = (most: number) => Math.floor(random() * most);
  const day = () => time(whole(60_000_000)).slice(0, 10);
  const header =
    'id,created_at,due_on,paid_on,region,channel,product,customer,sales_rep,quantity,' +
    'unit_price,discount,tax,shipping,weight_kg,rating,latency_ms,score,reference,comment';
  write(path, rows, header, (i) => {
    const cells = [
      i + 1,
      time(i * 3),
      day(),
      random() < 0.1 ? '' : day(),
      `region ${whole(12)}`,
      ['web', 'shop', 'phone', 'partner'][whole(4)],
      `P-${whole(3_000)}`,
      `C${whole(200_000)}`,
      `rep${whole(150)}`,
      whole(50),
      (whole(1e6) / 100).toFixed(2),
      (whole(40) / 100).toFixed(2),
      (whole(1e5) / 100).toFixed(2),
      (whole(5e3) / 100).toFixed(2),
      (whole(1e6) / 1000).toFixed(3),
      random() < 0.3 ? '' : 1 + whole(5),
      whole(3_000),
      (random() * 2 - 1).toFixed(9),
      `REF-${whole(1e9)}-${whole(1e6)}`,
      random() < 0.6 ? '' : `order ${whole(1e6)} was checked twice and sent on`,
    ];
    return cells.join(',');
  });
}

/** A process log with queues that build up at the month's end. */
export function writeProcessLog(path: string, rows: number): void {
  const random = mulberry32(2);
  const header =
    'PROCESS_QUEUE_ID,PROCESS_ID,MODULE_CD,USER_ID,LOCAL_MACHINE_ID,QUEUE_DT,ELIGIBLE_DT,START_DT,END_DT,STATUS_CD,' +
    'DEP_PROCESS_QUEUE_ID,PARENT_PROCESS_QUEUE_ID,PARAM_DESCR_LIST';
  write(path, rows, header, (i) => {
    const queued = i * 11;
    const eligible = queued + (random() < 0.2 ? Math.floor(random() * 900) : 0);
    const started = eligible + Math.floor(random() ** 6 * 3_000);
    const job = Math.floor(random() * 80);
    const cells = [
      100_000 + i,
      `JOB${job}`,
      `M${job % 7}`,
      `U${Math.floor(random() * 40)}`,
      `SRV${Math.floor(random() * 3)}`,
      time(queued),
      time(eligible),
      time(started),
      random() < 0.003 ? '' : time(started + Math.floor(random() * 600)),
      random() < 0.98 ? 'C' : 'E',
      random() < 0.1 && i > 10 ? 100_000 + i - 1 - Math.floor(random() * 9) : '',
      '',
      `Payout ID=${Math.floor(random() * 5_000)}`,
    ];
    return cells.join(',');
  });
}

function write(path: string, rows: number, header: string, row: (i: number) => string): void {
  if (existsSync(path)) return;
  const file = openSync(`${path}.tmp`, 'w');
  let block = `${header}\n`;
  for (let i = 0; i < rows; i++) {
    block += `${row(i)}\n`;
    if (block.length > 1 << 20) {
      writeSync(file, block);
      block = '';
    }
  }
  writeSync(file, block);
  closeSync(file);
  renameSync(`${path}.tmp`, path);
}

/** `2025-01-01 00:00:00` plus some seconds. */
function time(seconds: number): string {
  return new Date(Date.UTC(2025, 0, 1) + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** mulberry32, the small public-domain generator by Tommy Ettinger. */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
