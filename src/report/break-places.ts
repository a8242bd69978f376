/** Longest run of characters without a place to break the line. */
const LONGEST_RUN = 28;

/** After a space, `_`, `:` and the like, and before a capital inside camelCase. */
const PLACES = /(?<=\s)(?=\S)|(?<=[_:./\\-])(?=[^\s_:./\\-])|(?<=[\p{Ll}\d])(?=\p{Lu})/u;

/** A name in pieces between which its line may be broken; inside a word only where that is very long. */
export function breakPlaces(name: string): string[] {
  return name.split(PLACES).flatMap(runs);
}

function runs(piece: string): string[] {
  const characters = [...piece];
  if (characters.length <= LONGEST_RUN) return [piece];
  const starts = Array.from(
    { length: Math.ceil(characters.length / LONGEST_RUN) },
    (_, i) => i * LONGEST_RUN,
  );
  return starts.map((start) => characters.slice(start, start + LONGEST_RUN).join(''));
}
