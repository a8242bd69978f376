import { type Context, definePlugin, identifier, readSerialDependence } from '../../src/sdk/index.ts';
import { compareCategories } from './compare-categories.ts';
import { compareGroups } from './compare-groups.ts';
import { compareMeasures } from './compare-measures.ts';
import { readGroupMeans } from './group-means.ts';
import { readRankSums } from './rank-sums.ts';
import { report } from './report.ts';
import { columnOf, planScores } from './scores.ts';
import { readSettings } from './settings.ts';
import { readSmallTable } from './small-table.ts';
import type { Study } from './study.ts';
import { readSubject, type Subject } from './subject.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const settings = readSettings(ctx);
    const subject = await readSubject(ctx, settings);
    if (subject.measures.length + subject.categories.length < 2) {
      ctx.notLookedFor('Fewer than two columns can be compared.');
      return;
    }
    const study = await studyOf(ctx, subject);
    const means = await readGroupMeans(ctx, subject);
    const measures = await compareMeasures(study);
    const groups = compareGroups(study);
    const categories = await compareCategories(study);
    await report(study, {
      associations: [...measures, ...groups, ...categories.associations],
      tables: categories.tables,
      means,
    });
  },
});

async function studyOf(ctx: Context, subject: Subject): Promise<Study> {
  const settings = readSettings(ctx);
  const scores = await planScores(ctx, subject);
  if (scores.simplified) {
    ctx.note(
      'Where another column has gaps, ranks are those among all values of a column: ranking again costs too much.',
    );
  }
  return {
    ctx,
    settings,
    subject,
    scores,
    sums: await readRankSums(ctx, subject, scores),
    serial: await readSerialDependence(
      ctx,
      subject.time,
      [...subject.measures, ...subject.categories].map((variable) => ({
        name: variable.sqlName,
        sql: identifier(columnOf(variable)),
        kind: variable.kind,
      })),
    ),
    small: await readSmallTable(ctx, subject, scores),
  };
}
