import { commandLine, HarnessError } from '../../base/index.ts';
import type { App } from '../app.ts';
import { fittingVersions } from './compatible.ts';
import { disabledPlugins } from './run-plugins.ts';

/** An error of planning with the commands that help in this appdata; any other as it is. */
export async function withAdvice(error: unknown, app: App, engineVersion: string): Promise<unknown> {
  if (!(error instanceof HarnessError)) return error;
  switch (error.code) {
    case 'SH_PLUGIN_INCOMPATIBLE':
      return unfitAdvised(error as HarnessError<'SH_PLUGIN_INCOMPATIBLE'>, app, engineVersion);
    case 'SH_PLAN_CYCLE':
      return circleAdvised(error as HarnessError<'SH_PLAN_CYCLE'>, app);
    case 'SH_PLAN_MISSING_DEPENDENCY':
      return missingAdvised(error as HarnessError<'SH_PLAN_MISSING_DEPENDENCY'>, app);
    case 'SH_PLUGIN_DEFAULTS_UNFIT':
      return defaultsAdvised(error as HarnessError<'SH_PLUGIN_DEFAULTS_UNFIT'>, app);
    default:
      return error;
  }
}

async function unfitAdvised(
  error: HarnessError<'SH_PLUGIN_INCOMPATIBLE'>,
  app: App,
  engineVersion: string,
): Promise<HarnessError> {
  const { parameters } = error;
  const id = String(parameters.id);
  const others = await fittingVersions(app, id, engineVersion);
  const fitting = others.filter((version) => version !== parameters.version);
  const back = fitting.at(-1);
  const advice = [
    String(parameters.advice),
    ...(back === undefined ? [] : [`Go back: ${command(app, 'rollback', id, '--to', back)}`]),
    ...takeOut(app, [id]),
  ].join('\n');
  return new HarnessError(
    'SH_PLUGIN_INCOMPATIBLE',
    { ...parameters, fitting: fitting.join(', '), advice },
    { cause: error },
  );
}

function circleAdvised(error: HarnessError<'SH_PLAN_CYCLE'>, app: App): HarnessError {
  const { path } = error.parameters;
  const ids = [...new Set(String(path).split(' → '))].filter((id) => isInstalled(app, id));
  const disable = ids.length === 0 ? '' : command(app, 'disable', ...ids);
  return new HarnessError('SH_PLAN_CYCLE', { ...error.parameters, disable }, { cause: error });
}

function missingAdvised(error: HarnessError<'SH_PLAN_MISSING_DEPENDENCY'>, app: App): HarnessError {
  const { parameters } = error;
  const [id, missing] = [String(parameters.id), String(parameters.missing)];
  const isDisabled = disabledPlugins(app).has(missing);
  const isDamaged = !isDisabled && parameters.why === 'not installed' && isInstalled(app, missing);
  const why = isDisabled ? 'disabled' : isDamaged ? 'not as it was installed' : parameters.why;
  const first = isDisabled
    ? `Let ${missing} run: ${command(app, 'enable', missing)}`
    : isDamaged
      ? `Name ${missing} too, to see what is wrong with it, or leave ${id} out.`
      : String(parameters.advice);
  const advice = [first, ...takeOut(app, [id])].join('\n');
  return new HarnessError('SH_PLAN_MISSING_DEPENDENCY', { ...parameters, why, advice }, { cause: error });
}

function defaultsAdvised(error: HarnessError<'SH_PLUGIN_DEFAULTS_UNFIT'>, app: App): HarnessError {
  const { parameters } = error;
  const advice = [String(parameters.advice), ...takeOut(app, [String(parameters.id)])].join('\n');
  return new HarnessError('SH_PLUGIN_DEFAULTS_UNFIT', { ...parameters, advice }, { cause: error });
}

function takeOut(app: App, ids: readonly string[]): string[] {
  if (!ids.every((id) => isInstalled(app, id))) return [];
  return [`Take it out of all runs: ${command(app, 'disable', ...ids)}`];
}

function isInstalled({ state }: App, id: string): boolean {
  return state.plugins.versions(id).length > 0;
}

function command({ paths }: App, ...words: string[]): string {
  return commandLine(['plugins', ...words], paths);
}
