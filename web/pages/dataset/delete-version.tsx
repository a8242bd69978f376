import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { post } from '../../api/client.ts';
import { Confirm } from '../../components/dialog.tsx';
import { useToasts } from '../../components/toasts.tsx';

/** Puts a version of a dataset (`NAME@VERSION`) into the trash, with the way back. */
export function DeleteVersion({ version }: { readonly version: string }) {
  const toasts = useToasts();
  const { route } = useLocation();
  const [isAsked, ask] = useState(false);
  const path = `/datasets/${encodeURIComponent(version)}`;
  const attempt = async (act: () => Promise<void>) => {
    try {
      await act();
    } catch (error) {
      toasts.fail(error);
    }
  };
  const undo = () =>
    attempt(async () => {
      await post(`${path}/undelete`);
      route(path);
    });
  const remove = () =>
    attempt(async () => {
      await post(`${path}/delete`);
      route('/datasets');
      toasts.say(`${version} is in the trash.`, undo);
    });
  return (
    <>
      <button type="button" onClick={() => ask(true)}>
        Delete …
      </button>
      {isAsked && (
        <Confirm
          title={`Delete ${version}?`}
          action="Delete"
          danger
          onConfirm={remove}
          onClose={() => ask(false)}
        >
          <p>
            This version goes to the trash, with every byte that it has. You can take it back at once, or
            later out of <a href="/trash">the trash</a>. Its runs stay, but their rows are not shown while it
            is there.
          </p>
        </Confirm>
      )}
    </>
  );
}
