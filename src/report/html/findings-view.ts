import type { Report } from '../../contract/index.ts';
import type { ChartBook } from '../charts/chart-book.ts';
import type { EvidenceIndex } from '../evidence-index.ts';
import type { Outline } from '../outline.ts';

/** What the section of findings is drawn from, and what it has put on the page so far. */
export interface FindingsView {
  readonly report: Report;
  readonly outline: Outline;
  /** A column's name as readers see it. */
  readonly columnName: (name: string) => string;
  readonly charts: ChartBook;
  readonly index: EvidenceIndex;
  /** Grows as findings are shown: labels of the queries and charts on the page. */
  readonly printed: Set<string>;
  /** Grows by the anchors of the findings that are on the page. */
  readonly anchors: Set<string>;
}
