import type { PlanSummary, PluginDetails } from '../../api/types.ts';
import { put } from '../../api/use-query.ts';
import { useResource } from '../../api/use-resource.ts';
import { Choice, TextField, Tick } from '../../components/fields.tsx';
import { Shown } from '../../components/states.tsx';

interface Property {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
}

interface Setting {
  readonly key: string;
  readonly schema: Property;
  readonly value: unknown;
  readonly source: string;
  onChange(value: unknown): void;
}

/** The settings of a plugin as a form made of its schema: what each is now, where that comes from, and what it may be. */
export function SettingsForm(props: {
  readonly plugin: PlanSummary['plugins'][number];
  readonly sources: PlanSummary['config_sources'];
  readonly query: URLSearchParams;
  change(change: (query: URLSearchParams) => void): void;
}) {
  const { plugin, sources, query, change } = props;
  const details = useResource<PluginDetails>(`/plugins/${encodeURIComponent(plugin.id)}`);
  return (
    <Shown of={details} what="the settings" lines={2}>
      {({ manifest }) => (
        <div class="settings">
          {Object.entries(propertiesOf(manifest.config_schema)).map(([key, schema]) => {
            const name = `set.${plugin.id}.${key}`;
            return (
              <SettingField
                key={key}
                setting={{
                  key,
                  schema,
                  value: plugin.settings[key],
                  source: sourceOf(sources[`plugins.${plugin.id}.settings.${key}`], query.has(name)),
                  onChange: (value) =>
                    change((next) => put(next, name, value === undefined ? '' : JSON.stringify(value))),
                }}
              />
            );
          })}
        </div>
      )}
    </Shown>
  );
}

function propertiesOf(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, Property>> {
  const { properties } = schema;
  return typeof properties === 'object' && properties !== null ? { ...properties } : {};
}

function sourceOf(source: string | undefined, said: boolean): string {
  if (said) return 'as you said';
  return source === 'erp' ? 'from the ERP' : source === 'config' ? 'as you said' : 'default';
}

function SettingField({ setting }: { readonly setting: Setting }) {
  const { key, schema, source, onChange } = setting;
  return (
    <div class="setting">
      <Field {...setting} />
      <p class="quiet small any">
        {schema.description}{' '}
        <span class="nowrap">({[source, rangeText(schema)].filter(Boolean).join('; ')})</span>{' '}
        {source === 'as you said' && (
          <button type="button" class="bare" onClick={() => onChange(undefined)}>
            Back to the default<span class="unseen"> of {key}</span>
          </button>
        )}
      </p>
    </div>
  );
}

const labelOf = (key: string): string => key.replaceAll('_', ' ');

function Field({ key, schema, value, onChange }: Setting) {
  const label = labelOf(key);
  if (schema.type === 'boolean') return <Tick label={label} checked={value === true} onChange={onChange} />;
  if (schema.enum !== undefined)
    return (
      <Choice
        label={label}
        options={schema.enum.map((one) => [String(one), String(one)])}
        value={String(value)}
        onChange={onChange}
      />
    );
  if (schema.type === 'array')
    return (
      <TextField
        label={`${label}, separated by commas`}
        value={Array.isArray(value) ? value.join(', ') : ''}
        placeholder="none"
        onChange={(text) => onChange(text === '' ? [] : text.split(',').map((one) => one.trim()))}
      />
    );
  const isNumber = schema.type === 'number' || schema.type === 'integer';
  return (
    <TextField
      label={label}
      isNumber={isNumber}
      value={String(value ?? '')}
      onChange={(text) => onChange(text === '' ? undefined : isNumber ? numberOr(text) : text)}
    />
  );
}

/** What is no number goes on as it is: the plan says what is wrong with it. */
const numberOr = (text: string): unknown => (Number.isFinite(Number(text)) ? Number(text) : text);

function rangeText({ minimum, maximum }: Property): string {
  if (minimum === undefined && maximum === undefined) return '';
  if (maximum === undefined) return `from ${minimum}`;
  return minimum === undefined ? `up to ${maximum}` : `${minimum} to ${maximum}`;
}
