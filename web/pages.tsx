import type { FunctionComponent } from 'preact';
import { ActivityPage } from './pages/activity/activity-page.tsx';
import { ComparePage } from './pages/compare/compare-page.tsx';
import { DatasetPage } from './pages/dataset/dataset-page.tsx';
import { DatasetsPage } from './pages/dataset/datasets-page.tsx';
import { ConfirmPage } from './pages/new/confirm-page.tsx';
import { NewRunPage } from './pages/new/new-run-page.tsx';
import { RunPage } from './pages/run/run-page.tsx';
import { TrashPage } from './pages/trash/trash-page.tsx';
import { UploadPage } from './pages/upload/upload-page.tsx';

/** Which page an address shows. A page reads its parameters and filters with `useRoute` and `useLocation`. */
export const PAGES: readonly { readonly path: string; readonly component: FunctionComponent }[] = [
  { path: '/upload', component: UploadPage },
  { path: '/new', component: NewRunPage },
  { path: '/new/confirm', component: ConfirmPage },
  { path: '/datasets', component: DatasetsPage },
  { path: '/datasets/:name/:tab?', component: DatasetPage },
  { path: '/', component: ActivityPage },
  { path: '/runs/:id/:tab?', component: RunPage },
  { path: '/compare/:a/:b', component: ComparePage },
  { path: '/trash', component: TrashPage },
];
