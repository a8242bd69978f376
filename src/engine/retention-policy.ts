import { readFile } from 'node:fs/promises';
import { HarnessError, isSystemError } from '../base/index.ts';
import { check, describeProblems, RetentionPolicy } from '../contract/index.ts';
import type { App } from './app.ts';

/** What the operator says on the command line; it goes before the policy of the appdata. */
export type PolicyFlags = Partial<Omit<RetentionPolicy, 'schema_version'>>;

/** A policy with every value. */
export type ResolvedPolicy = Required<Omit<RetentionPolicy, 'schema_version'>>;

const DEFAULTS: ResolvedPolicy = {
  max_age_days: 60,
  max_runs: null,
  max_bytes: null,
  keep: 3,
  grace_days: 14,
  pack_first: null,
  cache_bytes: 5e9,
};

/**
 * The policy of an appdata, with what was said on the command line over it. There, `keep` without any limit means that
 * only so many of the newest runs stay. Throws SH_CONFIG_INVALID.
 */
export async function policyOf(app: App, flags: PolicyFlags): Promise<ResolvedPolicy> {
  const file = await policyFile(app.paths.retentionPolicy);
  const limits = [flags.max_age_days, flags.max_runs, flags.max_bytes];
  const onlyKeep = flags.keep !== undefined && limits.every((limit) => limit === undefined);
  return { ...DEFAULTS, ...file, ...flags, ...(onlyKeep && { max_runs: flags.keep }) };
}

async function policyFile(path: string): Promise<PolicyFlags> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  });
  if (text === undefined) return {};
  const checked = check(RetentionPolicy, parsed(text));
  if (!checked.ok) {
    throw new HarnessError('SH_CONFIG_INVALID', {
      source: path,
      problems: describeProblems(checked.problems),
    });
  }
  const { schema_version: _version, ...values } = checked.value;
  return values;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
