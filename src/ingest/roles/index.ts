// What the columns of a table mean: one role map, from headers and values, for the whole table at once.

export { knownValues, toldValues } from './column-values.ts';
export { distinctOf } from './distinct.ts';
export { applyRoleFlags } from './flags.ts';
export { inferRoles } from './infer.ts';
export { applyRemembered } from './remembered.ts';
export { inOnePiece, type Known, nothingKnown, type Piece, type Run, type Source } from './sql.ts';
