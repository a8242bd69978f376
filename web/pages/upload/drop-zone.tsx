import { useRef, useState } from 'preact/hooks';
import { Hash } from '../../components/hash.tsx';
import { bytesText } from '../../components/shown.tsx';
import { Failed } from '../../components/states.tsx';
import { Badge } from '../../components/status.tsx';
import type { Sending } from './sending.ts';

/** Where files are dropped or chosen. */
export function DropZone({ onFiles }: { onFiles(files: readonly File[]): void }) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = (list: FileList | null | undefined) => onFiles([...(list ?? [])]);
  return (
    <section
      aria-label="Files"
      class={`drop ${over ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <p>
        <strong>Drop a table here</strong>, or several that are the parts of one.
      </p>
      <p class="quiet small">CSV, TSV, JSON, JSON lines, XLSX or Parquet, plain, .gz or .zip</p>
      <button type="button" class="primary" onClick={() => input.current?.click()}>
        Choose files
      </button>
      <input
        ref={input}
        class="unseen"
        type="file"
        multiple
        tabIndex={-1}
        aria-label="Files to upload"
        onChange={({ currentTarget }) => {
          take(currentTarget.files);
          currentTarget.value = '';
        }}
      />
    </section>
  );
}

/** The files on their way, with how far each is and its hash. */
export function SentFiles({
  files,
  used,
  onStop,
  onRemove,
}: {
  readonly files: readonly Sending[];
  /** Hashes of those that are looked at. */
  readonly used: readonly string[];
  onStop(id: number): void;
  onRemove(sha256: string): void;
}) {
  if (files.length === 0) return null;
  return (
    <ul class="sent" aria-label="Files sent">
      {files.map((file) => (
        <li key={file.id} class="card">
          <div class="row spread">
            <strong class="any">{file.name}</strong>
            <span class="row">
              <span class="quiet">{bytesText(file.bytes)}</span>
              {file.sha256 && <Hash value={file.sha256} what={`the sha256 of ${file.name}`} length={12} />}
              <Stage
                file={file}
                isAgain={files.some(({ id, sha256 }) => id < file.id && sha256 === file.sha256)}
                {...{ used, onRemove }}
              />
              {(file.state === 'waiting' || file.state === 'sending') && (
                <button type="button" onClick={() => onStop(file.id)}>
                  Stop
                </button>
              )}
            </span>
          </div>
          {file.state === 'sending' && (
            <progress aria-label={`Sending ${file.name}`} max={Math.max(1, file.bytes)} value={file.sent} />
          )}
          {file.problem && <Failed problem={file.problem} />}
        </li>
      ))}
    </ul>
  );
}

function Stage(props: {
  readonly file: Sending;
  /** Its very bytes were sent before. */
  readonly isAgain: boolean;
  readonly used: readonly string[];
  onRemove(sha256: string): void;
}) {
  const { file, isAgain, used, onRemove } = props;
  const { sha256, state } = file;
  if (sha256 === undefined) return <span class="quiet">{state}</span>;
  if (isAgain) return <span class="quiet">the same file again, which counts once</span>;
  if (!used.includes(sha256)) return <span class="quiet">left out</span>;
  return (
    <>
      <Badge text="received" icon="done" tone="good" status />
      {used.length > 1 && (
        <button type="button" onClick={() => onRemove(sha256)}>
          Leave it out<span class="unseen">: {file.name}</span>
        </button>
      )}
    </>
  );
}
