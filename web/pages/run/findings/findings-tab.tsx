import { useMemo } from 'preact/hooks';
import type { ShownFinding, ShownReport } from '../../../api/types.ts';
import { useResource } from '../../../api/use-resource.ts';
import { Choice } from '../../../components/fields.tsx';
import { Find, useFilters } from '../../../components/filters.tsx';
import { countText } from '../../../components/shown.tsx';
import { Empty, Notice, Shown } from '../../../components/states.tsx';
import { RowsOfRunProvider, useVersionOfRun } from '../rows-of-run.ts';
import type { TabProps } from '../tab-props.ts';
import { FindingRow } from './finding-row.tsx';
import { KnownIssues } from './known-issues.tsx';
import { choicesOf, matches } from './match-findings.ts';

/** What the run found, in order of rank: known issues first, then every finding on a line that opens. */
export function FindingsTab({ run }: TabProps) {
  const report = useResource<ShownReport>(`/runs/${run.run_id}/findings`);
  return (
    <Shown of={report} what="the findings" lines={8}>
      {(shown) => <Findings report={shown} run={run} />}
    </Shown>
  );
}

function Findings({ report, run }: TabProps & { readonly report: ShownReport }) {
  const { about, notices, known_issues, findings, nothing, how_to_read } = report;
  return (
    <div class="findings">
      <div class="stack opening">
        {about.map((sentence) => (
          <p key={sentence} class="any">
            {sentence}
          </p>
        ))}
        {notices.map((notice) => (
          <Notice key={notice} tone="warn">
            <p class="any">{notice}</p>
          </Notice>
        ))}
      </div>
      {known_issues.length > 0 && <KnownIssues issues={known_issues} />}
      {findings.length === 0 ? (
        <Empty title="Nothing to report">
          {nothing.map((sentence) => (
            <p key={sentence} class="any">
              {sentence}
            </p>
          ))}
          <p>
            <a href={`/datasets/${encodeURIComponent(run.dataset_version_id)}/columns`}>
              What each column holds and means
            </a>
          </p>
        </Empty>
      ) : (
        <FindingList findings={findings} hasKnown={known_issues.length > 0} run={run} />
      )}
      <details class="guide">
        <summary>How to read this</summary>
        <dl class="pairs">
          {how_to_read.map(([term, words]) => (
            <>
              <dt>{term}</dt>
              <dd>{words}</dd>
            </>
          ))}
        </dl>
      </details>
    </div>
  );
}

function FindingList(
  props: TabProps & { readonly findings: readonly ShownFinding[]; readonly hasKnown: boolean },
) {
  const { findings, hasKnown, run } = props;
  const { filters, set } = useFilters();
  const choices = useMemo(() => choicesOf(findings), [findings]);
  const shown = useMemo(() => findings.filter((finding) => matches(finding, filters)), [findings, filters]);
  const alike = findings.reduce((sum, { also }) => sum + also.length, 0);
  const open = filters['open'] ?? '';
  const rows = useVersionOfRun(open === '' ? null : run.dataset_version_id);
  return (
    <section aria-labelledby="findings-head">
      <h2 id="findings-head" class="unseen">
        Findings in order of rank
      </h2>
      <search class="filters">
        <Find label="Find" value={filters['find'] ?? ''} onChange={(find) => set({ find })} />
        {choices.map(({ key, label, all, options }) => (
          <Choice
            key={key}
            label={label}
            auto={all}
            options={options}
            value={filters[key] ?? ''}
            onChange={(value) => set({ [key]: value })}
          />
        ))}
        <p class="quiet small told-count" aria-live="polite">
          {shown.length === findings.length
            ? countText(findings.length, 'finding', 'findings')
            : `${shown.length} of ${countText(findings.length, 'finding', 'findings')}`}
          {alike > 0 && `; ${alike} more tell the same, beside theirs`}
        </p>
      </search>
      {shown.length === 0 ? (
        <Empty title="No finding fits these filters">
          <button
            type="button"
            onClick={() => set({ find: '', ...Object.fromEntries(choices.map(({ key }) => [key, ''])) })}
          >
            Show all findings
          </button>
        </Empty>
      ) : (
        <RowsOfRunProvider value={rows}>
          <ol class="finding-list">
            {shown.map((finding) => (
              <FindingRow
                key={finding.id}
                finding={finding}
                runId={run.run_id}
                marksNews={hasKnown}
                open={open}
                atEvidence={filters['at'] === 'evidence'}
                onToggle={(number) => set({ open: number === open ? '' : number, at: '' })}
                onEvidence={(number) => set({ open: number, at: 'evidence' })}
              />
            ))}
          </ol>
        </RowsOfRunProvider>
      )}
    </section>
  );
}
