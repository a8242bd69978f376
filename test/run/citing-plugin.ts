import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifest } from '../pipeline/make.ts';

/** A folder with `cites_many`: a finding cites every third row of the table, the last first; or one each every so many. */
export function citingPlugin(folder: string, steps: readonly number[] = [3]): string {
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
    for (const step of ${JSON.stringify(steps)}) {
      const some = 'FROM data WHERE _sh_row_number % ' + step + ' = 0';
      const counted = await ctx.query('SELECT count(*) AS n ' + some);
      ctx.finding({
        kind: 'fact',
        title: step === 3 ? 'Every third row' : 'Some rows',
        statement: 'Of the rows, {rows} are in a place that can be divided.',
        fields: { rows: { from: counted.cell(0, 'n'), unit: 'rows' } },
        target: ${steps.length === 1 ? '{}' : "{ rows: { field: 'rows' } }"},
        how: 'exact_count',
        severity: 'info',
        rows: await ctx.query('SELECT _sh_part, _sh_row_number ' + some + ' ORDER BY _sh_row_number DESC, _sh_part'),
      });
    }
  },
};\n`,
  );
  return plugins;
}
