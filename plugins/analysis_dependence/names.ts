import type { FieldInput } from '../../src/sdk/index.ts';
import type { Variable } from './subject.ts';

/** A column as templates name it: a mark of a field with its header, or words for one that the table does not hold. */
export interface Named {
  readonly text: string;
  readonly fields: Readonly<Record<string, FieldInput>>;
}

/** Names a column under the key of a field. */
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

/** What a finding is about: the table's own columns as target, columns that were derived as scope. */
export function aboutOf(a: Variable, b: Variable) {
  const isDerived = (variable: Variable) => variable.kind === 'measure' && variable.derived;
  const names = (variables: readonly Variable[]) => variables.map(({ sqlName }) => sqlName).sort(byText);
  const derived = names([a, b].filter(isDerived));
  const columns = names([a, b].filter((variable) => !isDerived(variable)));
  return {
    target: { columns: { columns } },
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

/** A measure's value in its unit. */
export function inUnit(from: FieldInput, variable: Variable): FieldInput {
  if ('from' in from || variable.kind !== 'measure' || variable.unit === undefined) return from;
  return { from, unit: variable.unit };
}
