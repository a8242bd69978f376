// The peer: DuckDB loads a CSV file into a database file and summarises it (approximately), as its users do.
import { rmSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [file = '', database = '', threads = '2'] = process.argv.slice(2);
rmSync(database, { force: true });
const instance = await DuckDBInstance.create(database, { threads });
const connection = await instance.connect();
await connection.run(`CREATE TABLE t AS FROM read_csv('${file.replaceAll("'", "''")}')`);
const summary = await connection.runAndReadAll('SUMMARIZE t');
if (summary.currentRowCount === 0) throw new Error('nothing summarised');
