import { breakPlaces } from '../../src/report/break-places.ts';

/** A name whose line may be broken between its words; inside a word only where that is very long. */
export function Breakable({ name }: { readonly name: string }) {
  const [first, ...rest] = breakPlaces(name);
  return (
    <bdi class="name-text">
      {first}
      {rest.map((piece) => (
        <>
          <wbr />
          {piece}
        </>
      ))}
    </bdi>
  );
}
