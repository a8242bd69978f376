import type { Context, FieldInput, QueryHandle } from '../../src/sdk/index.ts';
import { everyValueOnce } from './charts.ts';
import type { ColumnKind } from './column-kind.ts';

type Column = Context['schema'][number];
type Fields = Readonly<Record<string, FieldInput>>;

/** The heading of a column's facts. */
export function titleOf(kind: ColumnKind, fields: Fields, values: QueryHandle): string {
  const distinct = values.number(0, 'distinct_values');
  if (distinct === 0) return '{column} holds no value';
  if (distinct === 1 && 'top_value_1' in fields) return '{column} holds one value only: {top_value_1}';
  switch (kind) {
    case 'measure':
      return 'median' in fields
        ? '{column}: median {median}, from {minimum} to {maximum}'
        : '{column}: no finite number';
    case 'time':
      return '{column}: from {minimum} to {maximum}';
    case 'boolean':
      return '{column}: true in {true_percent} of the rows that have a value';
    default:
      return everyValueOnce(values)
        ? `{column}: a different value in every row${values.number(0, 'missing_rows') === 0 ? '' : ' that has one'}`
        : '{column}: {distinct_values}';
  }
}

/** What a column holds, in a few sentences. */
export function statementOf(column: Column, kind: ColumnKind, fields: Fields, values: QueryHandle): string {
  const words = typeWords(column, kind);
  if (values.number(0, 'present_rows') === 0) return `{column} (${words}) holds no value in {all_rows}.`;
  const missing =
    values.number(0, 'missing_rows') === 0 ? 'none missing' : '{missing_rows} missing ({missing_percent})';
  const sentences = [`{column} (${words}): {present_rows} with a value, ${missing}; {distinct_values}.`];
  return [...sentences, ...kindSentences(kind, fields, values), ...frequentSentences(fields, values)].join(
    ' ',
  );
}

function kindSentences(kind: ColumnKind, fields: Fields, values: QueryHandle): string[] {
  switch (kind) {
    case 'measure':
      return measureSentences(fields, values);
    case 'code':
      return [rangeSentence(values), lengthSentence('number', values)];
    case 'text':
      return [
        lengthSentence('text', values),
        ...(values.number(0, 'empty_rows') === 0 ? [] : ['Empty text in {empty_rows}.']),
      ];
    case 'boolean':
      return ['True in {true_rows} ({true_percent}), false in {false_rows}.'];
    case 'time':
      return timeSentences(fields, values);
  }
}

function rangeSentence(values: QueryHandle): string {
  const [low, high] = [values.text(0, 'minimum'), values.text(0, 'maximum')];
  return low === high ? 'Every value is {minimum}.' : 'From {minimum} to {maximum}.';
}

function timeSentences(fields: Fields, values: QueryHandle): string[] {
  if (values.number(0, 'span_s') === 0) return ['Every value is {minimum}.'];
  const span = 'span_days' in fields ? '{span_days}' : '{span_s}';
  return [
    `From {minimum} to {maximum}, a span of ${span}; the middle half lies between {first_quartile} and {third_quartile}.`,
  ];
}

function measureSentences(fields: Fields, values: QueryHandle): string[] {
  const sentences: string[] = [];
  if ('nan_rows' in fields && values.number(0, 'nan_rows') !== 0) sentences.push('NaN in {nan_rows}.');
  if ('infinite_rows' in fields && values.number(0, 'infinite_rows') !== 0)
    sentences.push('An infinity in {infinite_rows}.');
  if (!('median' in fields)) return sentences;
  return [
    ...sentences,
    'From {minimum} to {maximum}; the middle half lies between {quantile_25} and {quantile_75}, the median is {median}.',
    'Mean {mean}, standard deviation {standard_deviation}.',
  ];
}

function lengthSentence(what: 'text' | 'number', values: QueryHandle): string {
  const longest = values.number(0, 'longest_characters');
  if (values.number(0, 'shortest_characters') !== longest) {
    const mean = what === 'text' ? ', the mean {mean_characters}' : '';
    return `The shortest ${what} has {shortest_characters}, the longest {longest_characters}${mean}.`;
  }
  return longest === 0 ? `Every ${what} is empty.` : `Every ${what} has {longest_characters}.`;
}

/** A value is called frequent from one per cent of the rows on. */
function frequentSentences(fields: Fields, values: QueryHandle): string[] {
  if (everyValueOnce(values)) return ['No value occurs twice.'];
  if (!('top_value_1' in fields) || values.number(0, 'distinct_values') === 1) return [];
  if ((values.number(0, 'frequent_percent') ?? 0) < 1) return [];
  return ['Most frequent: {top_value_1} ({top_percent_1} of those with a value).'];
}

function typeWords(column: Column, kind: ColumnKind): string {
  const code = kind === 'code' ? ', used as an id or code' : '';
  switch (column.type.kind) {
    case 'integer':
      return `whole numbers${code}`;
    case 'decimal':
      return column.type.scale === 0 ? `large whole numbers${code}` : 'exact decimal numbers';
    case 'double':
      return 'floating-point numbers';
    case 'boolean':
      return 'yes or no';
    case 'date':
      return 'dates';
    case 'time':
      return 'times of day';
    case 'timestamp':
      return 'dates and times without zone';
    case 'timestamptz':
      return 'instants, in UTC';
    case 'text':
      return 'text';
  }
}
