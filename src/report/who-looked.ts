import { type Finding, isRoleName, type PluginOutcome, type Report, ROLES } from '../contract/index.ts';
import { formatNumber, formatShare, probabilityWords } from './format-value.ts';
import { clipped, count, statusWords } from './words.ts';

/**
 * `2 analyses looked at it`: plugins that analyse, and profiles where they claim something too; else what profiled the
 * columns is named apart.
 */
export function whoLooked(
  { plugins }: Report,
  claims: readonly Finding[],
): { readonly looked: string; readonly beside: string } {
  const ok = plugins.filter((plugin) => plugin.status === 'ok');
  const analyses = ok.filter((plugin) => plugin.type === 'analysis').length;
  const profiling = ok.filter((plugin) => plugin.type === 'profile').map((plugin) => plugin.plugin_id);
  const profiles = profiling.length;
  if (claims.some((one) => profiling.includes(one.plugin_id))) {
    const both = [count(analyses, 'analysis', 'analyses'), count(profiles, 'profile', 'profiles')];
    return { looked: `${both.slice(analyses === 0 ? 1 : 0).join(' and ')} looked at it`, beside: '' };
  }
  const beside =
    profiles === 0 ? '' : ` Besides, ${count(profiles, 'profile', 'profiles')} described its columns.`;
  if (analyses === 0) return { looked: 'No analysis looked at it', beside };
  return { looked: `${count(analyses, 'analysis', 'analyses')} looked at it`, beside };
}

/** What an empty list of findings means: nothing, where no analysis could look. */
export function whatNothingMeans({ plugins }: Report): string {
  return plugins.some((plugin) => plugin.status === 'ok' && plugin.type === 'analysis')
    ? 'That is a result, not a failure: the facts about each column and what was looked for stand below.'
    : 'The facts about each column stand below.';
}

/** One sentence per plugin: which looked and which only described the columns, by title. */
export function lookedByTitle(report: Report): string[] {
  const { plugins } = report;
  const titles = (type: PluginOutcome['type']) =>
    plugins.filter((plugin) => plugin.status === 'ok' && plugin.type === type).map(quotedTitle);
  const analyses = titles('analysis');
  const profiles = titles('profile');
  return [
    analyses.length === 0
      ? 'No analysis looked at this table.'
      : `${count(analyses.length, 'analysis', 'analyses')} looked at this table and made no claim: ${analyses.join(', ')}.`,
    ...whatWasTested(report),
    ...(profiles.length === 0 ? [] : [`Profiles described the columns: ${profiles.join(', ')}.`]),
  ];
}

/** How many hypotheses were tested, none of them claimed, and which came nearest to it. */
function whatWasTested({ ledger }: Report): string[] {
  if (ledger.tested === 0) return ['No hypothesis was tested.'];
  const level = `a false discovery rate of ${formatShare(ledger.q)}`;
  const tested =
    ledger.tested === 1
      ? `One hypothesis was tested, at ${level}, and it was not claimed.`
      : `They tested ${formatNumber(ledger.tested)} hypotheses together, at ${level}, and none was claimed.`;
  const [nearest] = ledger.entries.toSorted((a, b) => a.q_value - b.q_value || a.p_value - b.p_value);
  if (nearest === undefined) return [tested];
  const why =
    nearest.q_value <= ledger.q
      ? 'it stood out from chance, but its effect is below the smallest of interest'
      : 'it did not stand out from chance';
  return [
    `${tested} The nearest test: “${clipped(nearest.hypothesis, 200)}”, ${probabilityWords('q', nearest.q_value)}: ${why}.`,
    'A difference that is too small to act on, or too uncertain for this number of rows, may still be there.',
  ];
}

/** One sentence per plugin that gave nothing: it did not apply, or did not finish, and why. */
export function whyNot(report: Report): string[] {
  return report.plugins.filter((plugin) => plugin.status !== 'ok').map((plugin) => whyNotOf(plugin, report));
}

/** Why a plugin gave nothing, in plain words where it is for want of columns. */
function whyNotOf(plugin: PluginOutcome, report: Report): string {
  const title = quotedTitle(plugin);
  const wanting = plugin.status === 'not_applicable' ? wantingColumns(plugin, report) : undefined;
  if (wanting !== undefined) return `${title} does not apply. ${wanting}`;
  const reason = plugin.reason === '' ? '' : `: ${plugin.reason}`;
  return `${title} ${plugin.status === 'ok' ? 'is done' : (OUTCOME[plugin.status] ?? statusWords(plugin.status))}${reason}.`;
}

const OUTCOME: Readonly<Partial<Record<PluginOutcome['status'], string>>> = {
  denied: 'was not allowed to run',
  upstream_failed: 'could not run: a plugin it needs has no result',
  cancelled: 'was cancelled',
};

/** Which columns a plugin needs and which of them were not found; undefined where every role has a column. */
export function wantingColumns(plugin: PluginOutcome, report: Report): string | undefined {
  const bound = new Set(report.roles.bindings.map((binding) => binding.role));
  const missing = plugin.needs_roles.filter((roles) => !roles.some((role) => bound.has(role)));
  if (missing.length === 0) return undefined;
  const needs = plugin.needs_roles.map(meaningOf).join('; ');
  if (missing.length === plugin.needs_roles.length)
    return `It needs columns for: ${needs}. None of the columns was taken for ${missing.length === 1 ? 'that' : 'any of that'}.`;
  const lacking = missing.map((roles) => roles.join(' or ')).join(', ');
  return `It needs columns for: ${needs}. None of the columns was taken for ${lacking}.`;
}

/** `when the run was asked for (queued_at) or when its prerequisites were met (eligible_at)`. */
function meaningOf(roles: readonly string[]): string {
  return roles.map((role) => (isRoleName(role) ? `${ROLES[role].meaning} (${role})` : role)).join(' or ');
}

function quotedTitle({ title }: PluginOutcome): string {
  return `“${clipped(title, 200)}”`;
}
