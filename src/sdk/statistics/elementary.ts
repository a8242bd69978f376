import exponential from '@stdlib/math-base-special-exp';
import logarithm from '@stdlib/math-base-special-ln';

/** e^x in plain JavaScript: the same bits everywhere, which the standard does not promise of `Math.exp`. */
export function exp(x: number): number {
  return exponential(x);
}

/** The natural logarithm in plain JavaScript: the same bits everywhere, which the standard does not promise of `Math.log`. */
export function ln(x: number): number {
  return logarithm(x);
}
