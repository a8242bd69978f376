import { useState } from 'preact/hooks';
import { post } from '../../../api/client.ts';
import type { EvidenceAgain, Problem } from '../../../api/types.ts';
import { asProblem } from '../../../api/use-resource.ts';
import { countText } from '../../../components/shown.tsx';
import { Failed } from '../../../components/states.tsx';
import { Badge } from '../../../components/status.tsx';
import { useRowsOfRun } from '../rows-of-run.ts';
import { CellTable } from './cell-table.tsx';

type Asked = 'no' | 'running' | { readonly again: EvidenceAgain } | { readonly problem: Problem };

const VERDICTS: Readonly<
  Record<EvidenceAgain['verdict'], { text: string; tone: string; icon: 'done' | 'failed' | 'info' }>
> = {
  same: { text: 'the same result as recorded, by hash', tone: 'good', icon: 'done' },
  different: { text: 'not the recorded result', tone: 'bad', icon: 'failed' },
  expired: { text: 'the data are gone on purpose', tone: '', icon: 'info' },
  failed: { text: 'could not be run again', tone: 'bad', icon: 'failed' },
};

/** Runs a cited query again: whether it gives what was recorded, its result, and the rows of the table that it cites. */
export function RunAgain({ runId, label }: { readonly runId: string; readonly label: string }) {
  const [asked, setAsked] = useState<Asked>('no');
  const run = async () => {
    setAsked('running');
    try {
      setAsked({ again: await post<EvidenceAgain>(`/runs/${runId}/evidence/${label}/recompute`) });
    } catch (error) {
      setAsked({ problem: asProblem(error) });
    }
  };
  return (
    <div class="stack" aria-live="polite">
      <div class="row">
        <button type="button" onClick={run} disabled={asked === 'running'}>
          {asked === 'running' ? 'Running …' : asked === 'no' ? 'Run again and show the rows' : 'Run again'}
        </button>
        {typeof asked === 'object' && 'again' in asked && <Badge status {...VERDICTS[asked.again.verdict]} />}
      </div>
      {typeof asked === 'object' && 'problem' in asked && <Failed problem={asked.problem} retry={run} />}
      {typeof asked === 'object' && 'again' in asked && <Result again={asked.again} />}
    </div>
  );
}

function Result({ again }: { readonly again: EvidenceAgain }) {
  const { reason, columns, rows, row_count, source, label } = again;
  const version = useRowsOfRun();
  return (
    <>
      {reason !== '' && <p class="any">{reason}</p>}
      {columns.length > 0 && (
        <CellTable
          caption={`Result of ${label}: ${countText(row_count, 'row', 'rows')}${row_count > rows.length ? `, the first ${rows.length}` : ''}`}
          heads={['', ...columns]}
          rows={rows.map((cells, i) => [String(i + 1), ...cells])}
        />
      )}
      {source.rows.length > 0 && (
        <CellTable
          caption={`Rows of the table that it cites, by number in the source${source.rows.length >= 25 ? ', the first 25' : ''}`}
          heads={['Part: row', ...source.columns]}
          rows={source.rows.map(({ part, row_number, cells }) => [`${part}: ${row_number}`, ...cells])}
          {...(version &&
            'rowAt' in version && {
              hrefs: source.rows.map((row) => version.rowAt(row.part, row.row_number)),
            })}
        />
      )}
    </>
  );
}
