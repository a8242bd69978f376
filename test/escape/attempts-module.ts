import type { Attempt } from './attack.ts';
import type { Places } from './world.ts';

/** What came of one attempt: what it gave, or its error. */
export interface Outcome {
  readonly name: string;
  readonly gave?: string;
  readonly threw?: string;
}

/** An attempt that does neither give nor throw within this time has not been denied. */
const PATIENCE_MS = 3000;

/** `outcomes(at, ctx)`: tries each of the attempts, one after the other. */
const trying = (attempts: readonly Attempt[]): string => `
const attempts = {
${attempts.map(({ name, code }) => `  ${JSON.stringify(name)}: async (at, ctx) => { ${code} },`).join('\n')}
};
const textOf = (error) => (error instanceof Error || error?.name ? error.name + ': ' + error.message : 'thrown: ' + String(error));
async function outcomes(at, ctx) {
  const seen = [];
  for (const [name, attempt] of Object.entries(attempts)) {
    let timer;
    const late = new Promise((_, no) => { timer = setTimeout(() => no(new Error('no answer')), ${PATIENCE_MS}); });
    const outcome = await Promise.race([attempt(at, ctx), late]).then(
      (gave) => ({ name, gave: String(gave).slice(0, 300) }),
      (error) => ({ name, threw: textOf(error).slice(0, 300) }),
    );
    clearTimeout(timer);
    seen.push(outcome);
  }
  return seen;
}
`;

/** A plugin that makes the attempts and notes their outcomes, as JSON; the places are its settings. */
export function hostilePlugin(attempts: readonly Attempt[]): string {
  return `${trying(attempts)}
export default { async analyze(ctx) { ctx.note(JSON.stringify(await outcomes(ctx.settings, ctx))); } };`;
}

/** The same as a program of its own, which prints the outcomes. */
export function canaryProgram(attempts: readonly Attempt[], places: Places): string {
  return `${trying(attempts)}
const seen = await outcomes(${JSON.stringify(places)}, {});
console.log('\\n' + JSON.stringify(seen));
Deno.exit(0);`;
}
