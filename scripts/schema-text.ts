/** A schema as its committed file holds it. */
export function schemaText(schema: object): string {
  const document = { $schema: 'http://json-schema.org/draft-07/schema#', ...schema };
  return `${JSON.stringify(document, null, 2)}\n`;
}
