import { environmentValue, HarnessError, keepSecret, REDACTED, SHORTEST_SECRET } from '../base/index.ts';
import { mapEnvironment } from '../contract/index.ts';

type Settings = Readonly<Record<string, unknown>>;

/**
 * Settings with every `{"$env": "NAME"}` replaced by the variable's value, which from now on is kept out of everything
 * that is written. Only what starts a plugin, or checks its settings, may look at what comes back. `owner` names the
 * settings in an error. Throws SH_ENV_UNUSABLE.
 */
export function withEnvironment(owner: string, settings: Settings): Settings {
  return mapEnvironment(settings, (path, name) => {
    const value = environmentValue(name) ?? '';
    const problem = problemOf(environmentValue(name));
    if (problem !== undefined) {
      const setting = `${owner}.${path}`;
      throw new HarnessError('SH_ENV_UNUSABLE', { setting, name, problem, shortest: SHORTEST_SECRET });
    }
    keepSecret({ name, value });
    return value;
  });
}

function problemOf(value: string | undefined): string | undefined {
  if (value === undefined) return 'is not set';
  if (value.trim().length < SHORTEST_SECRET) return 'is too short to be kept out of logs and reports';
  return REDACTED.includes(value.trim()) ? 'is part of the word that stands for secrets' : undefined;
}
