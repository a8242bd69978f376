import { expect } from 'vitest';
import { executeHostile, notesOf } from '../plugin-host/execute-hostile.ts';

/** The engine lives on: a plugin without harm runs well in the same process, and no sandbox is left. */
export async function expectEngineLives(): Promise<void> {
  const code = `export default { analyze(ctx) { ctx.note('well'); } };`;
  expect(notesOf(await executeHostile('', { code }))).toEqual(['well']);
}
