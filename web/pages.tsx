import type { FunctionComponent } from 'preact';
import { ActivityPage } from './pages/activity/activity-page.tsx';

/** Which page an address shows. A page reads its parameters and filters with `useRoute` and `useLocation`. */
export const PAGES: readonly { readonly path: string; readonly component: FunctionComponent }[] = [
  { path: '/', component: ActivityPage },
];
