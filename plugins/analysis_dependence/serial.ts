import { serialP } from '../../src/sdk/index.ts';
import type { Association } from './association.ts';
import type { Study } from './study.ts';
import type { Variable } from './subject.ts';

/** A share that is explained, with its degrees of freedom, over n rows. */
interface Explained {
  readonly share: number;
  readonly df: number;
  readonly n: number;
}

/** The larger of a test's p-value and the one that allows for rows that follow each other being alike. */
export function allowingForOrder(
  { serial }: Study,
  a: Variable,
  b: Variable,
  independent: number | undefined,
  { share, df, n }: Explained,
): Pick<Association, 'p_value' | 'independent_p' | 'designEffect'> {
  const designEffect = serial.designEffect(a.sqlName, b.sqlName);
  if (independent === undefined) return { p_value: null, independent_p: null, designEffect };
  const p_value = designEffect > 1 ? Math.max(independent, serialP(share, df, n, designEffect)) : independent;
  return { p_value, independent_p: independent, designEffect };
}
