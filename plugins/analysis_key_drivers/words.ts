import { type Context, columnPhrase, type FieldInput, type Level, type Phrase } from '../../src/sdk/index.ts';
import type { Factor } from './factors.ts';

export type Fields = Readonly<Record<string, FieldInput>>;

/** `rows with Region = North`, where `level` and the edges of bands are fields of the group's own. */
export function rowsWith(ctx: Context, factor: Factor, level: Level, suffix = ''): Phrase {
  const name = columnPhrase(ctx, factor.column, `driver${suffix}`);
  if (factor.kind === 'bands')
    return {
      text: `rows with ${name.text} in {level${suffix}} (${edges(factor, level, suffix)})`,
      fields: name.fields,
    };
  if (level.kind === 'missing') return { text: `rows without ${name.text}`, fields: name.fields };
  return { text: `rows with ${name.text} = {level${suffix}}`, fields: name.fields };
}

function edges({ levels }: Factor, { code }: Level, suffix: string): string {
  const [above, upTo] = [`above {band_above${suffix}}`, `up to {band_up_to${suffix}}`];
  if (code === 1) return upTo;
  return code === levels.length - 1 ? above : `${above}, ${upTo}`;
}

/** What is held fixed: `the same Region`, `the same quarter of Amount`, `the same time (Queued)`. */
export function sameLevel(ctx: Context, factor: Factor, field: string): Phrase {
  const name = columnPhrase(ctx, factor.column, field);
  switch (factor.kind) {
    case 'category':
      return { text: `the same ${name.text}`, fields: name.fields };
    case 'bands':
      return { text: `the same band of ${name.text}`, fields: name.fields };
    case 'period':
      return { text: `the same stretch of time by ${name.text}`, fields: name.fields };
  }
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
