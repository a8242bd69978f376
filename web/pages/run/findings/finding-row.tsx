import { useEffect, useRef } from 'preact/hooks';
import type { ShownFinding } from '../../../api/types.ts';
import { Icon } from '../../../components/icon.tsx';
import { Badge } from '../../../components/status.tsx';
import { FindingOpened } from './finding-opened.tsx';

const TONES: Readonly<Record<ShownFinding['severity'], string>> = {
  serious: 'bad',
  warning: 'warn',
  notice: '',
  info: '',
};

/** A finding on a line, with the number it is about and how it is known; pressed, it opens below itself. */
export function FindingRow(props: {
  readonly finding: ShownFinding;
  readonly runId: string;
  readonly marksNews: boolean;
  /** The number of the finding that is open, and whether its evidence is looked at. */
  readonly open: string;
  readonly atEvidence: boolean;
  onToggle(number: string): void;
  onEvidence(number: string): void;
}) {
  const { finding, runId, marksNews, open, atEvidence, onToggle, onEvidence } = props;
  const { number, title, statement, estimate, also, also_words } = finding;
  const isOpen = open === number;
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const top = head.current?.getBoundingClientRect().top ?? 0;
    // One that is pressed stays where it is; one that is linked to may be far away.
    if (isOpen && (top < 0 || top > innerHeight * 0.8)) head.current?.scrollIntoView({ block: 'start' });
  }, [isOpen]);
  const opensBelow = isOpen || also.some((one) => one.number === open);
  return (
    <li class={`finding ${opensBelow ? 'open' : ''}`} id={`finding-${number}`}>
      <h3 ref={head}>
        <button type="button" class="opener" aria-expanded={isOpen} onClick={() => onToggle(number)}>
          <span class="rank">{number}</span>
          <bdi>{title}</bdi>
          <Icon name={isOpen ? 'down' : 'right'} />
        </button>
      </h3>
      <div class="gist">
        <div class="claim">
          <p class={isOpen ? 'any' : 'any short'}>{statement}</p>
          <HowKnown finding={finding} marksNews={marksNews} onEvidence={() => onEvidence(number)} />
        </div>
        {estimate && (
          <p class="figure">
            <strong {...(estimate.full !== null && { title: estimate.full })}>{estimate.text}</strong>
            <span class="quiet small">{estimate.words}</span>
          </p>
        )}
      </div>
      {isOpen && <FindingOpened finding={finding} runId={runId} atEvidence={atEvidence} />}
      {also.length > 0 && (isOpen || opensBelow) && (
        <div class="also">
          <h4>{also_words}</h4>
          <ol class="finding-list inner">
            {also.map((one) => (
              <FindingRow
                key={one.id}
                finding={one}
                runId={runId}
                marksNews={marksNews}
                open={open}
                atEvidence={atEvidence}
                onToggle={onToggle}
                onEvidence={onEvidence}
              />
            ))}
          </ol>
        </div>
      )}
      {also.length > 0 && !opensBelow && (
        <p class="quiet small more-alike">
          {also_words} {also.map((one) => `${one.by} (${one.number})`).join(', ')}
        </p>
      )}
    </li>
  );
}

/**
 * Severity, MEASURED or MODELED, how sure, coverage and evidence beside each claim, or "no evidence" (UX-08): as quiet
 * words, but what needs heed stands out.
 */
function HowKnown({
  finding,
  marksNews,
  onEvidence,
}: {
  readonly finding: ShownFinding;
  readonly marksNews: boolean;
  onEvidence(): void;
}) {
  const { severity, severity_words, basis, sure, coverage, evidence, news, known_words, targets } = finding;
  return (
    <ul class="how-known" aria-label="How this is known">
      {marksNews && (
        <li>
          <Badge
            text={news === 'new' ? 'new' : news === 'known' ? 'known' : 'known in part'}
            tone={news === 'new' ? 'accent' : ''}
            title={known_words.join(' ') || 'Repeats no known issue.'}
          />
        </li>
      )}
      <li class={TONES[severity]}>
        {TONES[severity] !== '' && <Icon name="warning" size={12} />} {severity_words}
      </li>
      <li title={basis.long} class={basis.badge === 'MODELED' ? 'warn' : ''}>
        {basis.badge}
      </li>
      <li title={sure.long}>{sure.badge}</li>
      <li title={coverage.long} class={coverage.badge === 'FULL' ? '' : 'warn'}>
        {coverage.badge}
      </li>
      {evidence === 'none' ? (
        <li class="bad">no evidence</li>
      ) : (
        <li>
          <button type="button" class="link" title="Show the queries and the rows" onClick={onEvidence}>
            {evidence}
          </button>
        </li>
      )}
      {targets.map(({ name, value }) => (
        <li key={name} class="any">
          {name}: {value}
        </li>
      ))}
    </ul>
  );
}
