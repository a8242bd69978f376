import { type Finding, isRoleName, type Report, ROLES, type RoleBinding } from '../../contract/index.ts';
import { namesOfColumns } from '../column-names.ts';
import type { EvidenceIndex } from '../evidence-index.ts';
import { formatShare } from '../format-value.ts';
import type { Outline } from '../outline.ts';
import { clipped, count } from '../words.ts';
import { breakable } from './breakable.ts';
import { evidenceMarkup, printedIn } from './evidence.ts';
import { fitWithin } from './fit.ts';
import { folded } from './folded.ts';
import { html, type Markup, NOTHING } from './markup.ts';

export interface RolesView {
  readonly report: Report;
  readonly outline: Outline;
  readonly index: EvidenceIndex;
  readonly printed: Set<string>;
}

/** What the columns mean, and why the engine thinks so. */
export function rolesSection(
  view: RolesView,
  budget: { readonly table: number; readonly facts: number },
): Markup {
  const { report } = view;
  const { bindings } = report.roles;
  if (bindings.length === 0) {
    return html`<p>No column has a role: nothing in names or values told what they mean.</p>${facts(view, budget.facts)}`;
  }
  const names = namesOfColumns(report);
  const isOwn = (binding: RoleBinding) => isRoleName(binding.role) && ROLES[binding.role].unique;
  const own = bindings.filter(isOwn);
  const general = bindings.filter((binding) => !isOwn(binding));
  return html`<p>The analyses take columns by these roles. If one is wrong, run again with the role named, and the findings that rest on it will change.</p>
${own.length > 0 ? rolesTable('Roles that one column has', own, names, budget.table / 2) : NOTHING}
${general.length > 0 ? folded(`${count(general.length, 'general role', 'general roles')}: times, measures, categories, identifiers, texts`, own.length === 0, rolesTable('Roles that several columns may have', general, names, budget.table / 2)) : NOTHING}
${facts(view, budget.facts)}`;
}

function rolesTable(
  caption: string,
  bindings: readonly RoleBinding[],
  names: ReadonlyMap<string, string>,
  budget: number,
): Markup {
  const { shown, omitted } = fitWithin(bindings, budget, [
    (binding) => roleLine(binding, names.get(binding.sql_name) ?? binding.sql_name),
    (binding) => roleLine({ ...binding, reasons: [] }, names.get(binding.sql_name) ?? binding.sql_name),
  ]);
  return html`<div class="wide"><table><caption>${caption}</caption><thead><tr><th scope="col">Role</th><th scope="col">Column</th><th scope="col">How sure</th><th scope="col">Why</th></tr></thead><tbody>${shown}</tbody></table></div>${omitted > 0 ? html`<p>${count(omitted, 'role', 'roles')} more are in report.json.</p>` : NOTHING}`;
}

function roleLine(binding: RoleBinding, column: string): Markup {
  const meaning = isRoleName(binding.role) ? ROLES[binding.role].meaning : '';
  const sure =
    binding.source === 'inferred'
      ? formatShare(binding.confidence)
      : binding.source === 'flag'
        ? 'named for this run'
        : 'confirmed before';
  return html`<tr><th scope="row">${binding.role.replaceAll('_', ' ')}<br><span class="quiet small">${meaning}</span></th><td><bdi>${breakable(clipped(column, 80))}</bdi></td><td>${sure}</td><td>${clipped(binding.reasons.join('; '), 400)}</td></tr>`;
}

/** How the table is built, and what a plugin counted to check the roles, each with its evidence. */
function facts(view: RolesView, budget: number): Markup {
  const { structureFacts, roleFacts } = view.outline;
  return html`${foldedFacts('How the table is built', true, structureFacts, view, budget / 2)}${foldedFacts('The counts behind the roles', false, roleFacts, view, budget / 2)}`;
}

function foldedFacts(
  heading: string,
  isOpen: boolean,
  facts: readonly Finding[],
  view: RolesView,
  budget: number,
): Markup {
  if (facts.length === 0) return NOTHING;
  const { shown, omitted } = fitWithin(
    facts,
    budget,
    [(finding) => fact(finding, view), (finding) => html`<p><bdi>${clipped(finding.title, 160)}</bdi></p>`],
    (markup) => {
      for (const label of printedIn(markup)) view.printed.add(label);
    },
  );
  const more = omitted > 0 ? html`<p>${count(omitted, 'more is', 'more are')} in report.json.</p>` : NOTHING;
  return folded(heading, isOpen, html`${shown}${more}`);
}

function fact(finding: Finding, view: RolesView): Markup {
  const evidence = evidenceMarkup(finding, finding.plugin_id, { index: view.index, labels: view.printed });
  return html`<h3><bdi>${clipped(finding.title, 300)}</bdi></h3><p class="claim"><bdi>${clipped(finding.statement, 1500)}</bdi></p>${folded('Evidence', false, evidence)}`;
}
