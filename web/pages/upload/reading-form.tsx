import type { UploadPreview } from '../../api/types.ts';
import { put } from '../../api/use-query.ts';
import { Choice } from '../../components/fields.tsx';
import { ENCODINGS, encodingOf } from './encodings.ts';

interface Overriding {
  /** Null where the files can't be read as it stands: then nothing is guessed, and everything can be said. */
  readonly preview: UploadPreview | null;
  readonly query: URLSearchParams;
  change(change: (query: URLSearchParams) => void): void;
}

const DELIMITERS: readonly (readonly [string, string])[] = [
  [',', 'comma ,'],
  [';', 'semicolon ;'],
  ['\t', 'tab'],
  ['|', 'bar |'],
];
const FORMATS: readonly (readonly [string, string])[] = [
  ['csv', 'CSV'],
  ['json', 'JSON'],
  ['jsonl', 'JSON lines'],
  ['xlsx', 'XLSX'],
  ['parquet', 'Parquet'],
];

/** Formats whose files are text. */
const TEXTS = ['csv', 'json', 'jsonl'];

/** How the files are read: each guess with what it is, and a way to say otherwise. */
export function ReadingForm({ preview, query, change }: Overriding) {
  const file = preview?.files[0];
  const dialect = file?.dialect ?? null;
  const format = file?.format ?? (query.get('format') || 'csv');
  const tables = file?.tables ?? [];
  const field = (key: string) => ({
    value: query.get(key) ?? '',
    onChange: (value: string) => change((next) => put(next, key, value)),
  });
  const guessed = (key: string, value: string | undefined) =>
    value === undefined ? 'guess it' : `${SOURCES[preview?.sources[`ingest.${key}`] ?? 'default']}${value}`;
  const name = (of: readonly (readonly [string, string])[], value: string | undefined) =>
    of.find(([known]) => known === value)?.[1] ?? value;
  return (
    <div class="filters">
      <Choice
        label="Format"
        auto={guessed('format', name(FORMATS, file?.format))}
        options={FORMATS}
        {...field('format')}
      />
      {TEXTS.includes(format) && (
        <Choice
          label="Encoding"
          auto={guessed('encoding', encodingOf(file))}
          options={Object.entries(ENCODINGS)}
          {...field('encoding')}
        />
      )}
      {format === 'csv' && (
        <>
          <Choice
            label="Delimiter"
            auto={guessed('delimiter', name(DELIMITERS, dialect?.delimiter))}
            options={DELIMITERS}
            {...field('delimiter')}
          />
          <Choice
            label="Quote"
            auto={guessed('quote', dialect?.quote)}
            options={[
              ['"', 'double "'],
              ["'", "single '"],
            ]}
            {...field('quote')}
          />
        </>
      )}
      {format !== 'parquet' && (
        <>
          <Choice
            label="First line"
            auto={guessed('header', dialect === null ? undefined : dialect.header ? 'names' : 'data')}
            options={[
              ['yes', 'holds the names'],
              ['no', 'is data'],
            ]}
            {...field('header')}
          />
          <Choice
            label="Dates like 1/2/2025"
            auto="by their values"
            options={[
              ['dmy', 'day first'],
              ['mdy', 'month first'],
            ]}
            {...field('date_order')}
          />
        </>
      )}
      {tables.length > 1 && (
        <Choice
          label={format === 'xlsx' ? 'Sheet' : 'Table'}
          auto={`guessed: ${tables.find(({ read }) => read)?.name ?? ''}`}
          options={tables.map(({ name, rows }, i) => [
            String(i + 1),
            rows === null ? name : `${name} (${rows} rows)`,
          ])}
          {...field('table')}
        />
      )}
    </div>
  );
}

const SOURCES: Readonly<Record<string, string>> = {
  default: 'guessed: ',
  erp: 'of the ERP: ',
  config: 'as you said: ',
  flag: 'as you said: ',
};
