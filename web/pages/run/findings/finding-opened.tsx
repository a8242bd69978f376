import type { ComponentChildren } from 'preact';
import type { FindingDetails, ShownClaim, ShownFinding } from '../../../api/types.ts';
import { useResource } from '../../../api/use-resource.ts';
import { Chart } from '../../../components/chart.tsx';
import { Hash } from '../../../components/hash.tsx';
import { countText } from '../../../components/shown.tsx';
import { Shown } from '../../../components/states.tsx';
import { EvidenceView } from './evidence-view.tsx';

/** A finding opened: its test, its charts, its instances, what to mind, and the evidence of every number. */
export function FindingOpened({
  finding,
  runId,
  atEvidence,
}: {
  readonly finding: ShownFinding;
  readonly runId: string;
  readonly atEvidence: boolean;
}) {
  const details = useResource<FindingDetails>(`/runs/${runId}/findings/${finding.id}`);
  return (
    <div class="opened">
      <Shown of={details} what="the evidence" lines={3}>
        {(shown) => <Opened finding={finding} details={shown} runId={runId} atEvidence={atEvidence} />}
      </Shown>
    </div>
  );
}

function Opened(props: {
  readonly finding: ShownFinding;
  readonly details: FindingDetails;
  readonly runId: string;
  readonly atEvidence: boolean;
}) {
  const { finding, details, runId, atEvidence } = props;
  const { assumes, mind, items, score, method } = details;
  return (
    <div class="stack">
      <dl class="pairs said">
        {finding.known_words.length > 0 && <Said term="Known">{finding.known_words.join(' ')}</Said>}
        <Said term="How sure">{finding.sure.long}</Said>
        {details.test && (
          <Said term="Test">
            {details.test.statistic} {finding.sure.long !== details.test.meaning && details.test.meaning}
          </Said>
        )}
        {details.replication !== '' && <Said term="Replication">{details.replication}</Said>}
        {assumes.length > 0 && <Said term="Assumes">{assumes.join(' ')}</Said>}
        {mind.length > 0 && <Said term="Mind">{mind.join(' ')}</Said>}
        <Said term="Coverage">{finding.coverage.long}</Said>
      </dl>
      {details.charts.map((chart) => (
        <Chart key={chart.name} chart={chart} />
      ))}
      {items.length > 0 && (
        <details open={items.length > 1 && items.length <= 3}>
          <summary>
            {countText(items.length, 'instance', 'instances')}: {items[0]?.title}
            {items.length > 1 && ' …'}
          </summary>
          <ol class="items">
            {items.map((item, i) => (
              <Item key={i} item={item} runId={runId} />
            ))}
          </ol>
        </details>
      )}
      <EvidenceView own backing={details} charts={details.charts} runId={runId} looked={atEvidence} />
      <p class="quiet small">
        By {finding.by}
        {method && ` (${method.name})`}. Kind <code>{details.kind}</code>, finding{' '}
        <Hash value={details.id} what="the finding's id" />. {score}{' '}
        <a href={`/runs/${runId}/lineage?from=${details.plugin_id}`}>From the upload to here</a>
      </p>
    </div>
  );
}

function Said({ term, children }: { readonly term: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt>{term}</dt>
      <dd class="any">{children}</dd>
    </>
  );
}

function Item({ item, runId }: { readonly item: ShownClaim; readonly runId: string }) {
  const { title, statement, estimate, test, replication, charts } = item;
  return (
    <li class="stack">
      <p>
        <strong class="any">{title}</strong>
        {estimate && (
          <span class="quiet">
            {' '}
            {estimate.text}, {estimate.words}
          </span>
        )}
      </p>
      {statement !== title && <p class="any">{statement}</p>}
      {test && (
        <p class="quiet small" title={test.meaning}>
          {test.statistic}
        </p>
      )}
      {replication !== '' && <p class="quiet small">{replication}</p>}
      {charts.map((chart) => (
        <Chart key={chart.name} chart={chart} />
      ))}
      <EvidenceView backing={item} charts={charts} runId={runId} />
    </li>
  );
}
