import { Page } from '../../components/page.tsx';

/** The recent runs. */
export function ActivityPage() {
  return <Page title="Activity">…</Page>;
}
