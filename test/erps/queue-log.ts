const TIME = (minutes: number): string =>
  new Date(Date.UTC(2025, 2, 1) + minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');

const HEADER = 'PROCESS_QUEUE_ID,PROCESS_ID,MODULE_CD,QUEUE_DT,ELIGIBLE_DT,START_DT,END_DT';
const JOBS = ['QEMAIL', 'GLPOST', 'JIBRUN', 'RPTALL'];

/** A log of 80 runs: QEMAIL waits an hour each time (20 h in all), the others half a minute; one run ends before it starts. */
export function queueLog({ runs = 80, extra = '' } = {}): string {
  const rows = Array.from({ length: runs }, (_, i) => {
    const job = JOBS[i % JOBS.length] ?? '';
    const ready = i * 97;
    const start = ready + (job === 'QEMAIL' ? 60 : 0.5);
    const end = i === 13 ? start - 1 : start + 4;
    const cells = [i + 1, job, job.slice(0, 3), TIME(ready), TIME(ready), TIME(start), TIME(end)];
    return cells.join(',') + (extra === '' ? '' : `,${i % 7}`);
  });
  return `${[HEADER + (extra === '' ? '' : `,${extra}`), ...rows].join('\n')}\n`;
}
