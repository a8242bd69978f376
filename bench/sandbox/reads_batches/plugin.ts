import { definePlugin, isValid } from 'statistic-harness/sdk';

/** Reads every number of the table, and adds them up. */
export default definePlugin({
  async analyze(ctx) {
    const numbers = ctx.schema.filter(({ type }) => ['integer', 'double'].includes(type.kind));
    let [rows, sum] = [0, 0];
    for await (const batch of ctx.batches({ columns: numbers.map(({ sql_name }) => sql_name) })) {
      rows += batch.rows;
      for (const column of Object.values(batch.columns)) {
        if (column.kind !== 'int64' && column.kind !== 'float64') continue;
        for (let row = 0; row < batch.rows; row += 1)
          if (isValid(column.valid, row)) sum += Number(column.values[row]);
      }
    }
    ctx.note(`${numbers.length} columns of ${rows} rows: ${sum}`);
  },
});
