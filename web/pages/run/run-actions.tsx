import { useMemo, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { get, post } from '../../api/client.ts';
import type { Replay, RunDetails } from '../../api/types.ts';
import { type Command, useCommands } from '../../components/commands.tsx';
import { Confirm, Dialog } from '../../components/dialog.tsx';
import { Menu } from '../../components/menu.tsx';
import { countText } from '../../components/shown.tsx';
import { isUnderWay } from '../../components/status.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { CompareWith } from './compare-with.tsx';

interface Action {
  readonly title: string;
  readonly danger?: true;
  run(): void;
}

/** What can be done with a run: the first as a button, the others in a menu, all of them in the palette. */
export function RunActions({ run, reload }: { readonly run: RunDetails; reload(): void }) {
  const { actions, shown } = useActions(run, reload);
  const [first, ...others] = actions;
  useCommands(useMemo<Command[]>(() => actions.map((one) => ({ ...one, group: 'This run' })), [actions]));
  return (
    <>
      {first && (
        <button type="button" onClick={first.run}>
          {first.title}
        </button>
      )}
      {others.length > 0 && (
        <Menu label="More">
          {others.map(({ title, danger, run: act }) => (
            <button key={title} type="button" class={danger ? 'danger' : ''} onClick={act}>
              {title}
            </button>
          ))}
        </Menu>
      )}
      {shown}
    </>
  );
}

const PAUSE_MS = 500;
const PATIENCE_MS = 30_000;

/** A run goes on in a process of its own, which takes a while to say so; before it has, the run looks as it ended. */
async function beganAgain({ run_id, timeline }: RunDetails): Promise<boolean> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const now = await get<RunDetails>(`/runs/${run_id}`);
    if (now.timeline.length > timeline.length) return true;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return false;
}

type Asked = 'none' | 'delete' | 'compare' | 'cancel';

function useActions(run: RunDetails, reload: () => void) {
  const toasts = useToasts();
  const { route } = useLocation();
  const [asked, ask] = useState<Asked>('none');
  const [replay, setReplay] = useState<Replay>();
  const [isResuming, setResuming] = useState(false);
  const at = `/runs/${run.run_id}`;
  const close = () => ask('none');
  const actions = useMemo<readonly Action[]>(() => {
    const does =
      (path: string, said: string, body: unknown = {}) =>
      async () => {
        try {
          await post(`${at}/${path}`, body);
          toasts.say(said);
          reload();
        } catch (error) {
          toasts.fail(error);
        }
      };
    const download = (path: string, title: string): Action => ({
      title,
      run: async () => {
        try {
          toasts.say('Being made …');
          const { download: address } = await post<{ readonly download: string }>(`${at}/${path}`);
          location.assign(address);
        } catch (error) {
          toasts.fail(error);
        }
      },
    });
    const resume = async () => {
      setResuming(true);
      try {
        await post(`${at}/resume`);
        const begun = await beganAgain(run);
        toasts.say(begun ? 'Resumed.' : 'It was asked to go on, and has not begun yet.');
        reload();
      } catch (error) {
        toasts.fail(error);
      }
      setResuming(false);
    };
    const verify: Action = {
      title: 'Replay',
      run: async () => {
        try {
          setReplay(await post<Replay>(`${at}/replay`));
        } catch (error) {
          toasts.fail(error);
        }
      },
    };
    const isOpen = isUnderWay(run);
    if (isOpen) return [{ title: 'Cancel', danger: true, run: () => ask('cancel') }];
    const pin: Action[] =
      run.pinned === null
        ? [
            { title: 'Pin', run: does('pin', 'Pinned: no policy removes it.', { with_data: false }) },
            {
              title: 'Pin with its data',
              run: does('pin', 'Pinned with its data: it can always be computed again.', { with_data: true }),
            },
          ]
        : [{ title: 'Unpin', run: does('unpin', 'Unpinned.') }];
    const remove: Action = { title: 'Delete …', danger: true, run: () => ask('delete') };
    if (run.manifest_sha256 === null)
      return [
        { title: isResuming ? 'Resuming …' : 'Resume', run: isResuming ? () => {} : resume },
        download('diag', 'Diagnostics'),
        ...(run.pinned === null ? [remove] : []),
      ];
    return [
      verify,
      { title: 'Compare …', run: () => ask('compare') },
      download('export', 'Export pack'),
      download('diag', 'Diagnostics'),
      ...pin,
      ...(run.pinned === null ? [remove] : []),
    ];
  }, [at, run, isResuming, reload, toasts]);

  const remove = async () => {
    try {
      await post(`${at}/delete`);
      route('/');
      toasts.say(`Run ${run.run_id.slice(0, 8)} is in the trash.`, async () => {
        try {
          await post(`${at}/undelete`);
          route(at);
        } catch (error) {
          toasts.fail(error);
        }
      });
    } catch (error) {
      toasts.fail(error);
    }
  };
  const cancel = async () => {
    try {
      toasts.say('Asked to end …');
      await post(`${at}/cancel`);
      reload();
    } catch (error) {
      toasts.fail(error);
    }
  };
  const shown = (
    <>
      {asked === 'delete' && (
        <Confirm title="Delete this run?" action="Delete" danger onConfirm={remove} onClose={close}>
          <p>
            It goes to the trash, with every byte that it has. You can take it back at once, or later out of{' '}
            <a href="/trash">the trash</a>.
          </p>
        </Confirm>
      )}
      {asked === 'cancel' && (
        <Confirm title="Cancel this run?" action="Cancel the run" danger onConfirm={cancel} onClose={close}>
          <p>It ends without a report. What is finished is kept: resuming takes it up again.</p>
        </Confirm>
      )}
      {asked === 'compare' && <CompareWith run={run} onClose={close} />}
      {replay && <Replayed replay={replay} onClose={() => setReplay(undefined)} />}
    </>
  );
  return { actions, shown };
}

function Replayed({ replay, onClose }: { readonly replay: Replay; onClose(): void }) {
  return (
    <Dialog label="Replay" onClose={onClose}>
      <div class="body stack">
        <h2 class={replay.ok ? 'good' : 'bad'}>
          {replay.ok ? 'Everything is as recorded' : 'Not as recorded'}
        </h2>
        <p>
          {countText(replay.files_checked, 'file was', 'files were')} compared with the recorded hashes.
          Nothing was executed.
        </p>
        {replay.problems.length > 0 && (
          <ul>
            {replay.problems.map((problem) => (
              <li key={problem} class="any">
                {problem}
              </li>
            ))}
          </ul>
        )}
        <div class="actions">
          <button type="button" class="primary" onClick={onClose}>
            Close
          </button>
        </div>
      </div>
    </Dialog>
  );
}
