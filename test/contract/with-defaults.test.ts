import { expect, test } from 'vitest';
import { checkJsonSchema, withDefaults } from '../../src/contract/index.ts';

const property = { type: 'number', default: 3 };
const schema = { type: 'object', properties: { constructor: property, plain: property } };

test('a setting is taken from what was said, never from what every object inherits', () => {
  expect(Object.entries(withDefaults(schema, { plain: 4 }))).toEqual([
    ['constructor', 3],
    ['plain', 4],
  ]);
  expect(checkJsonSchema(schema, { plain: 4 }).ok).toBe(true);
  expect(checkJsonSchema({ ...schema, required: ['constructor'] }, {}).ok).toBe(false);
});
