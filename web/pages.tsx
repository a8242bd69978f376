import type { FunctionComponent } from 'preact';
import { ActivityPage } from './pages/activity/activity-page.tsx';
import { ComparePage } from './pages/compare/compare-page.tsx';
import { RunPage } from './pages/run/run-page.tsx';

/** Which page an address shows. A page reads its parameters and filters with `useRoute` and `useLocation`. */
export const PAGES: readonly { readonly path: string; readonly component: FunctionComponent }[] = [
  { path: '/', component: ActivityPage },
  { path: '/runs/:id/:tab?', component: RunPage },
  { path: '/compare/:a/:b', component: ComparePage },
];
