import { Page } from '../components/page.tsx';
import { Empty } from '../components/states.tsx';

/** An address that names no page. */
export function NotFound() {
  return (
    <Page title="No such page">
      <Empty title="Nothing has this address">
        <p>
          <a href="/">Go to the recent runs</a>
        </p>
      </Empty>
    </Page>
  );
}
