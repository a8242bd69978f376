// Writes schemas/*.schema.json from src/contract. A test fails while they differ.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { DOCUMENTS, schemaFile, schemaText } from '../src/contract/index.ts';

const folder = new URL('../schemas/', import.meta.url);
for (const name of readdirSync(folder)) rmSync(new URL(name, folder));
for (const [name, schema] of Object.entries(DOCUMENTS)) {
  writeFileSync(new URL(schemaFile(name), folder), schemaText(schema));
}
