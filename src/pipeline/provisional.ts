import {
  check,
  type DatasetSchema,
  describeProblems,
  type FieldValue,
  type ProvisionalFinding,
  RawFact,
} from '../contract/index.ts';
import type { Provisional } from '../plugin-host/index.ts';
import { fieldFromCell } from './field-values.ts';
import { at, InvalidOutput, mapValues } from './invalid-output.ts';
import { renderTemplate, templateProblem } from './templates.ts';

/** What is known of a table whose first chunks a plugin has merged. */
export interface MergedSoFar {
  readonly schema: DatasetSchema;
  /** Rows of each chunk, in chunk order. */
  readonly chunks: readonly { readonly rows: number }[];
  /** The rows are those of a sample. */
  readonly sampled: boolean;
}

/** What a plugin said of the rows so far as findings, and what is wrong with the rest. */
export interface ProvisionalFindings {
  readonly findings: readonly ProvisionalFinding[];
  readonly problem: string | null;
}

/**
 * Turns what a plugin said of its first chunks into provisional findings, by the rule that holds for findings: the texts
 * have no digits, the numbers are fields. How much they cover is counted here. What breaks the rule is left out and told;
 * the execution goes on, since nothing of it is a result.
 */
export function provisionalFindings(said: Provisional, table: MergedSoFar): ProvisionalFindings {
  const count = (chunks: MergedSoFar['chunks']): number => chunks.reduce((sum, { rows }) => sum + rows, 0);
  const [rows, of_rows] = [count(table.chunks.slice(0, said.chunks)), count(table.chunks)];
  const coverage = { rows, of_rows, share: rows / of_rows, sampled: table.sampled };
  try {
    const findings = said.facts.map((fact, i) =>
      at(`fact ${i + 1}`, () => ({
        provisional: true as const,
        statement: statementOf(fact, table.schema),
        coverage,
      })),
    );
    return { findings, problem: said.problem };
  } catch (error) {
    if (!(error instanceof InvalidOutput)) throw error;
    return { findings: [], problem: error.message };
  }
}

function statementOf(fact: unknown, schema: DatasetSchema): string {
  const checked = check(RawFact, fact);
  if (!checked.ok) throw new InvalidOutput(describeProblems(checked.problems));
  const { statement, fields } = checked.value;
  const problem = templateProblem(statement, fields);
  if (problem !== undefined) throw new InvalidOutput(`statement ${problem}`);
  return renderTemplate(
    statement,
    mapValues(fields, (field) => fieldOf(field, schema)),
  );
}

function fieldOf(field: RawFact['fields'][string], schema: DatasetSchema): FieldValue {
  if ('column_name' in field) {
    const column = schema.columns.find(({ sql_name }) => sql_name === field.column_name);
    if (column === undefined) throw new InvalidOutput(`there is no column "${field.column_name}"`);
    return { value: column.name };
  }
  const { value, unit } = field;
  return {
    ...(typeof value === 'string' ? fieldFromCell(value, 'DECIMAL') : { value }),
    ...(unit !== undefined && { unit }),
  };
}
