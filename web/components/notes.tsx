import { pageWords } from '../api/page-words.ts';
import { countText } from './shown.tsx';
import { Notice } from './states.tsx';

/** So many stand open; the others of an export with a hundred odd headers would hide what comes after them. */
const FEW = 4;

/** What was assumed or repaired, in a line each. */
export function Notes({ notes }: { readonly notes: readonly string[] }) {
  if (notes.length === 0) return null;
  const [open, others] = notes.length > FEW + 1 ? [notes.slice(0, FEW), notes.slice(FEW)] : [notes, []];
  return (
    <Notice>
      <List notes={open} />
      {others.length > 0 && (
        <details>
          <summary>{countText(others.length, 'note', 'notes')} more</summary>
          <List notes={others} />
        </details>
      )}
    </Notice>
  );
}

function List({ notes }: { readonly notes: readonly string[] }) {
  return (
    <ul class="notes">
      {notes.map((note) => (
        <li key={note} class="any">
          {pageWords(note)}
        </li>
      ))}
    </ul>
  );
}
