import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifest } from '../pipeline/make.ts';

/** A folder with `cites_many`: its one finding cites every third row of the table, the last first. */
export function citingPlugin(folder: string): string {
  const plugins = join(folder, 'citing');
  const place = join(plugins, 'cites_many');
  mkdirSync(place, { recursive: true });
  const document = manifest({
    ...{ id: 'cites_many', title: 'Cites many', finding_kinds: ['fact'] },
    config_schema: { type: 'object', properties: {} },
  });
  writeFileSync(join(place, 'plugin.json'), JSON.stringify(document));
  writeFileSync(
    join(place, 'plugin.ts'),
    `export default {
  async analyze(ctx: any) {
    const third = 'FROM data WHERE _sh_row_number % 3 = 0';
    const counted = await ctx.query('SELECT count(*) AS n ' + third);
    ctx.finding({
      kind: 'fact',
      title: 'Every third row',
      statement: 'Of the rows, {rows} are in a place that three divides.',
      fields: { rows: { from: counted.cell(0, 'n'), unit: 'rows' } },
      target: {},
      how: 'exact_count',
      severity: 'info',
      rows: await ctx.query('SELECT _sh_part, _sh_row_number ' + third + ' ORDER BY _sh_row_number DESC, _sh_part'),
    });
  },
};\n`,
  );
  return plugins;
}
