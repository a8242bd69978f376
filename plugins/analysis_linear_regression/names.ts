import type { DerivationHandle, FieldInput } from '../../src/sdk/index.ts';
import type { Variable } from './columns.ts';
import type { Moment } from './sums.ts';
import type { Terms } from './terms.ts';

/** A thing as templates name it: text with marks, and the fields behind them. */
export interface Named {
  readonly text: string;
  readonly fields: Readonly<Record<string, FieldInput>>;
}

/** Names a column under the key of a field; in words where the table does not hold it. */
export function named(key: string, variable: Variable): Named {
  if (variable.kind === 'measure' && variable.derived) {
    return { text: `the ${wordsOf(variable.sqlName)}`, fields: {} };
  }
  return { text: `{${key}}`, fields: { [key]: { column_name: variable.sqlName } } };
}

/** `eligible_wait_s` → `eligible wait`. */
export function wordsOf(sqlName: string): string {
  return sqlName.replace(/_s_*$/, '').replaceAll('_', ' ').trim();
}

/** A term as templates name it; `powers` yields the values `power_2`, `power_3` … */
export function namedTerm(key: string, moment: Moment, terms: Terms, powers: DerivationHandle): Named {
  const column = named(key, moment.variable);
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

/** What a finding is about: the table's own columns as target, columns that were derived as scope. */
export function aboutOf(role: string, variables: readonly Variable[]) {
  const isDerived = (variable: Variable) => variable.kind === 'measure' && variable.derived;
  const names = (some: readonly Variable[]) => [...new Set(some.map(({ sqlName }) => sqlName))].sort(byText);
  const derived = names(variables.filter(isDerived));
  const columns = names(variables.filter((variable) => !isDerived(variable)));
  return {
    target: { [role]: { columns } },
    ...(derived.length > 0 && { scope: { derived: derived.join(', ') } }),
  };
}

/** The first letter as a sentence begins. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
