import { beginWaitStudy, type Context, definePlugin, nearMissTable, resultCsv } from '../../src/sdk/index.ts';
import { reportArrivals } from './arrivals.ts';
import { chartHours } from './charts.ts';
import { readClockCells } from './clock-cells.ts';
import { testHours, testWeekdays } from './piles.ts';
import { reportPiles, screened } from './tell.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const study = await beginWaitStudy(ctx);
    if (study === undefined) return;
    const cells = await readClockCells(study);
    if (cells.all === undefined || cells.handle.number(cells.all, 'waited_runs') === 0) {
      ctx.notLookedFor('No run has a wait that can be computed.');
      return;
    }
    noteZone(ctx);
    await ctx.artifact({
      path: 'waits_by_hour.csv',
      content: resultCsv(cells.handle, ctx.coverage),
      media_type: 'text/csv',
      title:
        'Runs and waits by hour and weekday from which runs could have started; a line without an hour is of all',
    });
    const charts = [await chartHours(study, cells)];
    await reportArrivals(study, cells, charts);
    if (cells.handle.number(cells.all, 'over_runs') === 0) {
      ctx.note('No run waited longer than the threshold: there is no hour at which runs wait.');
      return;
    }
    const tested = [await testHours(study, cells), await testWeekdays(study, cells)];
    for (const one of tested) reportPiles(study, cells, one, charts);
    await ctx.artifact(
      nearMissTable(
        tested.flatMap((one) => screened(study, one)),
        ctx.coverage,
      ),
    );
  },
});

function noteZone(ctx: Context): void {
  const start = ctx.role('started_at');
  if (start !== undefined && ctx.column(start).type.kind === 'timestamptz') {
    ctx.note(
      'The times have a zone: hours are those of UTC, and a local hour with daylight saving moves by one in summer.',
    );
  } else {
    ctx.note(
      'The times have no zone: hours are those written in the log. Where its clock is changed for daylight saving, one hour a year is there twice and one not at all.',
    );
  }
}
