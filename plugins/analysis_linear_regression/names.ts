import { type DerivationHandle, namedColumn, type Phrase } from '../../src/sdk/index.ts';
import type { Moment } from './sums.ts';
import type { Terms } from './terms.ts';

/** A term as templates name it; `powers` yields the values `power_2`, `power_3` … */
export function namedTerm(key: string, moment: Moment, terms: Terms, powers: DerivationHandle): Phrase {
  const column = namedColumn(key, moment.variable);
  if (moment.kind === 'power') {
    if (moment.power === 1) return column;
    return {
      text: `${column.text} to the power {${key}_power}`,
      fields: { ...column.fields, [`${key}_power`]: powers.value(`power_${moment.power}`) },
    };
  }
  if (terms.levels === undefined) throw new RangeError('levels without a query of levels');
  return {
    text: `${column.text} {${key}_level}`,
    fields: { ...column.fields, [`${key}_level`]: terms.levels.cell(moment.row, 'level') },
  };
}

/** A term in plain text, for notes and tables. */
export function plainName(moment: Moment): string {
  if (moment.kind === 'level') return `${moment.variable.sqlName} = ${moment.level}`;
  return moment.power === 1 ? moment.variable.sqlName : `${moment.variable.sqlName}^${moment.power}`;
}
