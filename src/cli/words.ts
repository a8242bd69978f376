import { type ColumnType, type Coverage, type ProvisionalFinding, sampleText } from '../contract/index.ts';
import { formatFieldValue, formatShare, type LookedAt } from '../engine/index.ts';

/** A column's type in one word. */
export function typeText(type: ColumnType): string {
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind;
}

/** The first digits of an id or hash, enough to name it. */
export function short(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

/** A text of several lines, such as a message that a plugin threw, on one. */
export function oneLine(text: string): string {
  return text.replace(/\s*[\n\r\u2028\u2029]\s*/g, ' ');
}

/** FULL or SAMPLED, with what it takes to draw the sample again. */
export function coverageText(coverage: Coverage): string {
  if (coverage.kind === 'FULL') return `FULL, ${coverage.of_rows} rows`;
  return `SAMPLED, ${coverage.rows} of ${coverage.of_rows} rows (${sampleText(coverage)})`;
}

/** FULL, or SAMPLED with what it takes to draw the sample again: of a run that may not have counted its rows yet. */
export function lookedAtText({ looked_at, sample }: LookedAt): string {
  return sample === null ? looked_at : `${looked_at}, ${sampleText(sample)}`;
}

/** A provisional finding, with how much of the table it covers: not always its first rows. */
export function provisionalText({ statement, coverage }: ProvisionalFinding): string {
  const { rows, of_rows, share, sampled } = coverage;
  const seen = formatFieldValue({ value: rows, unit: 'rows' });
  const whole = of_rows === null ? 'of the file' : `of ${formatFieldValue({ value: of_rows })}`;
  const sample = sampled ? ', SAMPLED' : '';
  return `provisional, from ${seen} (${formatShare(share)} ${whole}${sample}): ${statement}`;
}
