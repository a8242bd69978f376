import type { FieldValue } from '../contract/index.ts';
import { formatFieldValue } from '../report/index.ts';

const MARK = /\{([a-z][a-z0-9_]*)\}/g;

/** What is wrong with a template, or undefined: a literal digit, or a mark that names no field. */
export function templateProblem(
  template: string,
  fields: Readonly<Record<string, unknown>>,
): string | undefined {
  const rest = template.replace(MARK, '');
  const digit = /\p{N}/u.exec(rest);
  if (digit !== null) {
    return `holds the literal digit "${digit[0]}"; a number must be a field that a query or derivation yields`;
  }
  if (/[{}]/.test(rest)) return 'holds a brace that marks no field';
  for (const [, name] of template.matchAll(MARK)) {
    if (name !== undefined && !Object.hasOwn(fields, name))
      return `names the field "${name}", which does not exist`;
  }
  return undefined;
}

/** The text with each mark replaced by its field's value and unit. */
export function renderTemplate(template: string, fields: Readonly<Record<string, FieldValue>>): string {
  return template.replace(MARK, (mark, name: string) => {
    const field = fields[name];
    return field === undefined ? mark : formatFieldValue(field);
  });
}
