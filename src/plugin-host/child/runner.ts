// Runs inside the sandbox, owned by the host: the plugin is data to it, loaded by a computed import().
// The permissions of the process are the boundary; what is done here makes plugins repeatable.
import { makeContext, type Plugin } from '../../sdk/index.ts';
import { openCalls, readStart, send } from './channel.ts';
import { deno } from './deno.ts';
import { freezeClock } from './freeze-clock.ts';
import { hostDoor, log } from './host-door.ts';
import { plainGlobals, plainStacks } from './plain-globals.ts';
import { openRandomness, replaceRandomness } from './seed-randomness.ts';
import { checkStreaming, streamChunks } from './stream-chunks.ts';

/** Taken before the plugin is loaded. */
const later = setTimeout;
const [pluginUrl = '', globals, codeFolder = ''] = deno.args;

/** What prints as it is called. The rest of the console counts, measures time or indents, and does nothing here. */
const PRINTING = new Set(['debug', 'dir', 'dirxml', 'error', 'info', 'log', 'table', 'trace', 'warn']);

reportLooseEnds();
redirectConsole();
freezeClock();
replaceRandomness();
plainStacks([new URL('.', pluginUrl).href, codeFolder]);
if (globals !== 'bare') plainGlobals(globals === 'plain+fetch' ? ['fetch'] : []);
main().catch(fail);

async function main(): Promise<void> {
  const start = await readStart();
  const plugin = await loadPlugin();
  const door = hostDoor();
  const analyses = start.task === 'analyze' || start.task === 'analyze_from_right';
  const state = analyses ? await streamChunks(plugin, start, door) : undefined;
  openRandomness(start.document.seed);
  const { context, output } = makeContext(start.document, state, door);
  if (analyses) await plugin.analyze(context);
  else for (const name of functionsOf(plugin)) context.note(name);
  if (start.task === 'health') await plugin.health?.({ log });
  await nothingLoose();
  send({ type: 'output', output: output() });
  deno.exit(0);
}

/** Throws where the plugin is done while a call is open: what comes of it would be lost, or be there by chance. */
async function nothingLoose(): Promise<void> {
  const open = openCalls();
  if (open.length > 0) throw new Error(`what was asked of the host was not awaited: ${open.join(', ')}`);
  // One turn of the loop, in which a promise that was rejected unheard is told.
  await new Promise((resolve) => later(resolve, 0));
}

function functionsOf(plugin: Plugin): string[] {
  return (['partial', 'merge', 'provisional', 'analyze', 'health'] as const).filter(
    (name) => typeof plugin[name] === 'function',
  );
}

async function loadPlugin(): Promise<Plugin> {
  const module: { default?: Plugin } = await import(pluginUrl);
  const plugin = module.default;
  if (typeof plugin?.analyze !== 'function') throw new TypeError('the default export has no analyze()');
  checkStreaming(plugin);
  return plugin;
}

/** Promises that reject unheard, errors that nobody could catch, and an event loop with nothing left to wait for, are failures too. */
function reportLooseEnds(): void {
  const on: (name: string, listener: (event: object) => void) => void = Reflect.get(
    globalThis,
    'addEventListener',
  );
  on('unhandledrejection', (event) => fail(Reflect.get(event, 'reason')));
  on('error', (event) => fail(Reflect.get(event, 'error')));
  on('beforeunload', () => fail(new Error('it waits for something that can not happen')));
}

function fail(error: unknown): never {
  // What the host refused says so itself; of other errors the name tells what they are.
  const name = error instanceof Error && error.name !== 'HostError' ? `${error.name}: ` : '';
  const message = error instanceof Error ? `${name}${error.message}` : String(error);
  const stack = error instanceof Error ? String(error.stack) : message;
  send({ type: 'failed', message: message.toWellFormed(), stack: stack.toWellFormed() });
  deno.exit(1);
}

function redirectConsole(): void {
  const show = (value: unknown) => (typeof value === 'object' ? safeJson(value) : String(value));
  const write = (...values: readonly unknown[]) => log(values.map(show).join(' '));
  for (const name of Object.keys(console)) {
    if (typeof Reflect.get(console, name) !== 'function') continue;
    Reflect.set(console, name, PRINTING.has(name) ? write : () => undefined);
  }
}

function safeJson(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `${item}n` : item)) ?? String(value)
    );
  } catch {
    return String(value);
  }
}
