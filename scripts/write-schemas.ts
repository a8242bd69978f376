// Writes schemas/*.schema.json from src/contract. A test fails while they differ.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { DOCUMENTS } from '../src/contract/index.ts';
import { schemaText } from './schema-text.ts';

const folder = new URL('../schemas/', import.meta.url);
for (const name of readdirSync(folder)) rmSync(new URL(name, folder));
for (const [name, schema] of Object.entries(DOCUMENTS)) {
  writeFileSync(new URL(`${name}.schema.json`, folder), schemaText(schema));
}
