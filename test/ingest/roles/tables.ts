// Small invented tables as SQL, each of one kind. `spread` stands for chance: a fixed scatter of 0…n−1 by row.
const spread = (seed: number, n: number) =>
  `(CAST('0x' || substr(md5(i || '-${seed}'), 1, 8) AS BIGINT) % ${n})`;

/** A run is asked for, waits, runs as long as its job takes, and now and then waits for the run before. */
const RUNS = `
SELECT i, 700000 + i * 3 + ${spread(1, 3)} AS id, 1 + ${spread(2, 12)} AS job,
  TIMESTAMP '2025-01-03 08:00:00' + INTERVAL (i * 90) SECOND AS queued,
  i % 9 = 4 AS waits, i % 9 BETWEEN 3 AND 6 AS chained, ${spread(5, 40)} AS pause, ${spread(6, 25)} AS extra
FROM range(1, 901) AS numbers(i)`;

const TIMED = `
SELECT *, queued + INTERVAL (CASE WHEN waits THEN 400 + pause ELSE pause % 3 END) SECOND AS eligible,
  queued + INTERVAL (CASE WHEN waits THEN 400 + pause ELSE pause % 3 END + pause * 2) SECOND AS started,
  queued + INTERVAL (CASE WHEN waits THEN 400 + pause ELSE pause % 3 END + pause * 2 + job * job * 2 + extra) SECOND AS ended,
  lag(id) OVER (ORDER BY i) AS previous, first(id) OVER (PARTITION BY i // 9 ORDER BY i % 9 = 3 DESC, i) AS head
FROM (${RUNS})`;

/** Names as in Quorum: PROCESS_QUEUE_ID is the run, PROCESS_ID the job. */
export const QUORUM = `
SELECT id AS PROCESS_QUEUE_ID, 'JOB' || job AS PROCESS_ID, (ARRAY['REV', 'JIB', 'AP', 'GL'])[1 + job % 4] AS MODULE_CD,
  queued AS QUEUE_DT, CASE WHEN i % 60 > 0 THEN started END AS START_DT, CASE WHEN i % 60 > 0 THEN ended END AS END_DT,
  CASE WHEN i % 60 > 0 THEN 'APP0' || (1 + i % 3) END AS LOCAL_MACHINE_ID,
  (ARRAY['KLEE', 'MROSS', 'TADAMS', 'SCHEDULER'])[1 + ${spread(8, 4)}] AS USER_ID,
  CASE WHEN i % 60 = 0 THEN 'Q' WHEN ${spread(9, 30)} = 0 THEN 'E' ELSE 'C' END AS STATUS_CD,
  CASE WHEN waits THEN previous END AS DEP_PROCESS_QUEUE_ID,
  CASE WHEN chained THEN previous END AS PARENT_PROCESS_QUEUE_ID,
  CASE WHEN chained THEN head END AS MASTER_PROCESS_QUEUE_ID,
  'Accounting Month (type)=2025-0' || (1 + i % 3) || ';Payout ID=' || i AS PARAM_DESCR_LIST
FROM (${TIMED}) ORDER BY i`;

export const QUORUM_ROLES = {
  run_id: 'PROCESS_QUEUE_ID',
  activity: 'PROCESS_ID',
  module: 'MODULE_CD',
  queued_at: 'QUEUE_DT',
  started_at: 'START_DT',
  ended_at: 'END_DT',
  resource: 'LOCAL_MACHINE_ID',
  user: 'USER_ID',
  status: 'STATUS_CD',
  depends_on: 'DEP_PROCESS_QUEUE_ID',
  parent: 'PARENT_PROCESS_QUEUE_ID',
  chain: 'MASTER_PROCESS_QUEUE_ID',
  parameters: 'PARAM_DESCR_LIST',
  accounting_month: 'param_accounting_month',
};

/** CASE_ID is the run, numeric job codes are what ran, and "end" hides in DEPENDENCY_ID. */
export const ENERTIA = `
SELECT id AS CASE_ID, 1000 + job * 37 AS PROCESS_CODE, CAST(10 + job % 3 AS BIGINT) AS MODULE_CODE,
  queued AS QUEUED_AT, eligible AS ELIGIBLE_AT, started AS START_TIME, ended AS END_TIME,
  CAST(epoch(ended - started) AS BIGINT) AS DURATION_SEC, 'node-' || (1 + i % 2) AS HOST_NAME,
  'User ' || ${spread(8, 7)} AS USER_NAME, CASE WHEN waits THEN previous END AS DEPENDENCY_ID,
  CASE WHEN chained THEN head END AS CHAIN_ID, CAST(1 + i % 5 AS BIGINT) AS PRIORITY_CD,
  CAST(1 + (i % 40 = 0)::INT AS BIGINT) AS EXECUTE_ATTEMPTS, CAST(4000 + i % 17 AS BIGINT) AS SCHEDULE_ID,
  'Period (month)=2025-01;Owner=' || i % 50 AS PARAMS
FROM (${TIMED}) ORDER BY i`;

export const ENERTIA_ROLES = {
  run_id: 'CASE_ID',
  activity: 'PROCESS_CODE',
  module: 'MODULE_CODE',
  queued_at: 'QUEUED_AT',
  eligible_at: 'ELIGIBLE_AT',
  started_at: 'START_TIME',
  ended_at: 'END_TIME',
  duration: 'DURATION_SEC',
  resource: 'HOST_NAME',
  user: 'USER_NAME',
  depends_on: 'DEPENDENCY_ID',
  chain: 'CHAIN_ID',
  parameters: 'PARAMS',
  accounting_month: 'param_period',
  schedule: 'SCHEDULE_ID',
  priority: 'PRIORITY_CD',
  attempts: 'EXECUTE_ATTEMPTS',
};

/** Few columns, camel case, and a backward clock in some rows. */
export const PLAIN_RUNS = `
SELECT 'r' || id AS runId, 'load ' || job AS jobName, started AS startedAt,
  CASE WHEN i % 100 = 0 THEN started - INTERVAL 5 SECOND ELSE ended END AS finishedAt, 'ok' AS lastUpdateUser,
  ended + INTERVAL 30 DAY AS lastModifiedDate
FROM (${TIMED}) ORDER BY i`;

const STEPS = "ARRAY['register', 'check', 'decide', 'check', 'inform', 'close']";
const CASES = `
SELECT i // 6 AS c, i % 6 AS step, ${spread(3, 5)} AS who,
  TIMESTAMP '2024-03-01 09:00:00' + INTERVAL ((i // 6) * 5000 + (i % 6) * 700 + ${spread(4, 500)}) SECOND AS moment
FROM range(0, 1800) AS numbers(i) WHERE NOT (i % 6 = 3 AND ${spread(7, 2)} = 0)`;

/** An event log with the headers of XES. */
export const XES_LOG = `
SELECT 'case ' || c AS "case:concept:name", (${STEPS})[step + 1] AS "concept:name", 'Clerk ' || who AS "org:resource",
  moment AS "time:timestamp", 'complete' AS "lifecycle:transition", TIMESTAMP '2024-05-01 00:00:00' AS "case:enddate",
  (ARRAY['web', 'desk'])[1 + c % 2] AS "case:channel"
FROM (${CASES}) ORDER BY moment`;

/** An event log with the headers of a spreadsheet. */
export const TICKETS = `
SELECT CAST(5000 + c AS BIGINT) AS "Case ID", (${STEPS})[step + 1] AS "Activity", moment AS "Complete Timestamp",
  'Clerk ' || who AS "Resource", (ARRAY['high', 'low'])[1 + c % 2] AS "Impact"
FROM (${CASES}) ORDER BY moment`;

/** German headers: nine runs in ten are eligible at once, and some have not ended. */
export const GERMAN = `
SELECT 610000 + i AS "Auftrag_Nr", 'JOB' || job AS "Job", queued AS "Angefordert am",
  CASE WHEN waits THEN eligible ELSE queued END AS "Freigabe", started AS "Beginn", CASE WHEN i % 40 > 0 THEN ended END AS "Ende",
  'srv0' || (1 + i % 3) AS "Server", 'nutzer' || ${spread(8, 7)} AS "Benutzer",
  CASE WHEN waits THEN 609999 + i END AS "Vorgänger"
FROM (${TIMED}) ORDER BY i`;

export const SALES = `
SELECT 'SO-' || (10000 + i) AS order_id, DATE '2024-01-01' + INTERVAL (i // 3) DAY AS order_date,
  DATE '2024-01-01' + INTERVAL (i // 3 + ${spread(1, 9)}) DAY AS ship_date, 'C' || ${spread(2, 60)} AS customer_id,
  (ARRAY['Chair', 'Desk', 'Lamp', 'Rug'])[1 + ${spread(3, 4)}] AS product, 1 + ${spread(4, 9)} AS quantity,
  CAST(${spread(5, 9000)} / 100.0 AS DECIMAL(8, 2)) AS unit_price,
  CASE WHEN i % 20 = 0 THEN 'returned' ELSE 'completed' END AS status, (ARRAY['DE', 'FR', 'US', 'GB'])[1 + i % 4] AS country
FROM range(1, 601) AS numbers(i)`;

export const SENSORS = `
SELECT TIMESTAMP '2024-06-01 00:00:00' + INTERVAL (i * 60) SECOND AS "timestamp", 'S' || (i % 5) AS sensor_id,
  20 + ${spread(1, 100)} / 10.0::DOUBLE AS temperature, ${spread(2, 1000)} / 7.0::DOUBLE AS pressure,
  (ARRAY['ok', 'ok', 'ok', 'warn'])[1 + ${spread(3, 4)}] AS state, 52.1 + (i % 5) / 100.0::DOUBLE AS latitude,
  4.9 + (i % 5) / 100.0::DOUBLE AS longitude
FROM range(0, 1500) AS numbers(i)`;

export const INVOICES = `
SELECT 90000 + i AS invoice_no, DATE '2024-01-01' + INTERVAL (i) DAY AS invoice_date,
  DATE '2024-01-31' + INTERVAL (i) DAY AS due_date, TIMESTAMP '2024-01-20 10:00:00' + INTERVAL (i * 86423) SECOND AS paid_at,
  'Customer ' || ${spread(2, 40)} AS customer_name, CAST(${spread(3, 90000)} / 100.0 AS DECIMAL(10, 2)) AS amount,
  (ARRAY['EUR', 'USD', 'CHF'])[1 + ${spread(4, 3)}] AS currency, (ARRAY['DE', 'US', 'CH', 'AT'])[1 + ${spread(4, 4)}] AS country_code,
  1000 + ${spread(5, 8000)} AS postal_code, ${spread(6, 2)} = 0 AS is_paid, 'paid late, see the letter of ' || i AS remarks,
  CAST(NULL AS VARCHAR) AS reserved
FROM range(1, 401) AS numbers(i)`;

/** Starts, ends, tasks, owners and statuses, and still no log of runs. */
export const PROJECT = `
SELECT i AS task_id, 'Task number ' || i AS task_name, DATE '2024-01-01' + INTERVAL (i) DAY AS start_date,
  DATE '2024-01-01' + INTERVAL (i + ${spread(1, 30)}) DAY AS end_date, 'Person ' || ${spread(2, 9)} AS owner,
  (ARRAY['open', 'done'])[1 + i % 2] AS status, 1 + ${spread(3, 3)} AS priority,
  CASE WHEN i > 5 AND i % 3 = 0 THEN i - 1 END AS parent_task_id
FROM range(1, 301) AS numbers(i)`;

/** Trips have a start, an end and a duration, and no queue. */
export const TRIPS = `
SELECT 'ride' || i AS ride_id, TIMESTAMP '2024-06-01 06:00:00' + INTERVAL (i * 100) SECOND AS started_at,
  TIMESTAMP '2024-06-01 06:00:00' + INTERVAL (i * 100 + 60 + ${spread(1, 900)}) SECOND AS ended_at,
  60 + ${spread(1, 900)} AS duration_sec, 'Station ' || ${spread(2, 30)} AS start_station,
  'Station ' || ${spread(3, 30)} AS end_station, 52.0 + ${spread(4, 99)} / 1000.0::DOUBLE AS start_lat,
  4.0 + ${spread(5, 99)} / 1000.0::DOUBLE AS start_lng, (ARRAY['member', 'guest'])[1 + i % 2] AS user_type
FROM range(1, 601) AS numbers(i)`;
