import { type Damage, damageText } from '../engine/index.ts';

/** Damages as lines: each with what it touches and what to do. */
export function damageLines(damages: readonly Damage[]): string {
  return damages
    .map(
      (damage) =>
        `  ${damageText(damage)}\n    touches: ${damage.touches.join(', ')}\n    repair: ${damage.repair}\n`,
    )
    .join('');
}
