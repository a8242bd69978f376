import type { TablePlant } from '../plant.ts';
import { codeTrap, meanShift, simpson } from './groups.ts';
import {
  burst,
  changePoint,
  dailyCycle,
  dependenceShift,
  driftCategories,
  driftLocation,
  driftShape,
  driftSpread,
  trendBreak,
} from './over-time.ts';
import { categoryAssociation, confoundedPair, correlation, monotone, regression } from './pairs.ts';
import {
  constant,
  duplicates,
  functionalDependency,
  missingNotAtRandom,
  mixedTypes,
  mojibake,
  nearConstant,
  sequenceGap,
} from './quality.ts';
import { impossibleValues, multivariateOutliers, outliers, sentinel } from './rare-rows.ts';

/** Everything that can be planted in a plain table, in the order of the columns. */
export const TABLE_PLANTS: readonly TablePlant[] = [
  meanShift,
  simpson,
  correlation,
  monotone,
  confoundedPair,
  categoryAssociation,
  regression,
  changePoint,
  trendBreak,
  driftLocation,
  driftSpread,
  driftShape,
  driftCategories,
  dependenceShift,
  dailyCycle,
  burst,
  outliers,
  multivariateOutliers,
  missingNotAtRandom,
  duplicates,
  functionalDependency,
  sentinel,
  sequenceGap,
  mojibake,
  constant,
  nearConstant,
  mixedTypes,
  impossibleValues,
  codeTrap,
];
