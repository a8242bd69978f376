import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { DatasetInspection } from '../../api/types.ts';
import { useResource } from '../../api/use-resource.ts';
import { versionName } from '../dataset/version-name.ts';

/** Where the rows that a run looked at are shown, or why they can't be; undefined until that is known. */
export type RowsOfRun =
  | { readonly dataset: string; rowAt(part: number, row: number): string }
  | { readonly gone: string }
  | undefined;

const Context = createContext<RowsOfRun>(undefined);

/** Gives what is below it the rows of its run. */
export const RowsOfRunProvider = Context.Provider;
export const useRowsOfRun = (): RowsOfRun => useContext(Context);

/** Asks for the dataset version that a run used, by its id: the name may have newer rows by now. Null asks nothing. */
export function useVersionOfRun(versionId: string | null): RowsOfRun {
  const found = useResource<DatasetInspection>(
    versionId === null ? null : `/datasets/${encodeURIComponent(versionId)}`,
  );
  if (found.state === 'loading') return undefined;
  if (found.state === 'failed') return { gone: `${found.problem.detail} ${found.problem.hint}` };
  const expired = found.data.parts.find(({ expired_at }) => expired_at !== null);
  if (expired) return { gone: `The rows of ${expired.original_filename} are gone on purpose.` };
  const dataset = `/datasets/${encodeURIComponent(versionName(found.data))}`;
  return { dataset, rowAt: (part, row) => `${dataset}?part=${part}&row=${row}` };
}
