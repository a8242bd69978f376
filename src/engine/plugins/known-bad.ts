import { commandLine, HarnessError, type Json, randomId } from '../../base/index.ts';
import { PLUGIN_NAME } from '../../contract/index.ts';
import { isVersionRange, type KnownBad, SHIPPED_KNOWN_BAD } from '../../plugin-host/index.ts';
import type { App } from '../app.ts';

/** A combination that is not run. */
export interface KnownBadEntry extends KnownBad {
  /** By which `remove` knows it; null for what this engine is shipped with. */
  readonly id: number | null;
  readonly from: 'shipped' | 'operator';
  readonly added_at: string | null;
}

/** What this engine knows, and what the operator added. */
export function listKnownBad(app: Pick<App, 'state'> | undefined): KnownBadEntry[] {
  const shipped = SHIPPED_KNOWN_BAD.map(
    (row): KnownBadEntry => ({ ...row, id: null, from: 'shipped', added_at: null }),
  );
  const own = app?.state.knownBad.list() ?? [];
  return [...shipped, ...own.map((row): KnownBadEntry => ({ ...row, from: 'operator' }))];
}

export interface NewKnownBad {
  /** `ID` or `ID@RANGE`. */
  readonly plugin: string;
  readonly engines: string;
  /** `ID` or `ID@RANGE` of the plugin with which it goes wrong; undefined: alone. */
  readonly other: string | undefined;
  readonly reason: string;
}

/** Blocks a combination from all runs from now on. Throws SH_USAGE_INVALID for what is no id or no range. */
export function addKnownBad({ state }: App, { plugin, engines, other, reason }: NewKnownBad): KnownBadEntry {
  const [plugin_id, versions] = idAndRange(plugin);
  const [other_id, other_versions] = other === undefined ? [null, null] : idAndRange(other);
  refuseRange(engines);
  if (reason.trim() === '') throw invalid('The reason is empty.');
  return state.transaction(() => {
    const same = state.knownBad
      .list()
      .find(
        (row) =>
          row.plugin_id === plugin_id &&
          row.versions === versions &&
          row.engines === engines &&
          row.other_id === other_id &&
          row.other_versions === other_versions,
      );
    if (same !== undefined) throw invalid(`Entry ${same.id} refuses that already.`);
    const row = state.knownBad.add({ plugin_id, versions, engines, other_id, other_versions, reason });
    knownBadEvent({ state }, 'known_bad_added', row);
    return { ...row, from: 'operator' };
  });
}

/** Takes a row of the operator's out again. Throws SH_KNOWN_BAD_UNKNOWN. */
export function removeKnownBad({ state, paths }: App, id: number): KnownBadEntry {
  return state.transaction(() => {
    const row = state.knownBad.get(id);
    const list = commandLine(['plugins', 'known-bad', 'list'], paths);
    if (row === undefined) throw new HarnessError('SH_KNOWN_BAD_UNKNOWN', { id, list });
    state.knownBad.remove(id);
    knownBadEvent({ state }, 'known_bad_removed', row);
    return { ...row, from: 'operator' };
  });
}

function idAndRange(text: string): readonly [string, string] {
  const at = text.indexOf('@');
  const [id, range] = at === -1 ? [text, '*'] : [text.slice(0, at), text.slice(at + 1)];
  if (!PLUGIN_NAME.test(id)) throw invalid(`"${id}" is no id of a plugin`);
  refuseRange(range);
  return [id, range];
}

function refuseRange(range: string): void {
  if (range === '' || !isVersionRange(range))
    throw invalid(`"${range}" is no range of versions, such as 1.2.x, <2.0.0 or *`);
}

function invalid(problem: string): HarnessError {
  return new HarnessError('SH_USAGE_INVALID', { problem, command: 'plugins known-bad add' });
}

function knownBadEvent(
  { state }: Pick<App, 'state'>,
  kind: string,
  { plugin_id, ...row }: Readonly<Record<string, Json>> & { readonly plugin_id: string },
): void {
  state.events.append({
    correlation_id: randomId(),
    kind: `plugin.${kind}`,
    subject_kind: 'plugin',
    subject_id: plugin_id,
    data: row,
  });
}
