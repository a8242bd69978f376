import { builtinModules } from 'node:module';

const names = builtinModules.map((name) => name.replace(/^node:/, ''));

/**
 * An import map in which every module of Node is blocked. They would tell real time, make fresh globals and start
 * helpers that ask for no permission. Hygiene, as taking the globals away is: permissions hold without it.
 */
export const NO_BUILTINS = JSON.stringify({
  imports: Object.fromEntries(names.flatMap((name) => [name, `node:${name}`]).map((name) => [name, null])),
});
