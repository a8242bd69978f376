/** How large an effect can be, and what the number means. */
export interface SizeSpec {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

/** Something that can be planted, by name. */
export interface Plantable {
  readonly name: string;
  /** One line, for lists. */
  readonly meaning: string;
  readonly size: SizeSpec;
}

/** Effects by name; `true` takes the default size. */
export type PlantSizes = Readonly<Record<string, number | true>>;

/** What is wrong with an effect that was asked for; undefined where nothing is. */
export function plantProblem(
  known: readonly Plantable[],
  name: string,
  size: number | true,
): string | undefined {
  const plant = known.find((one) => one.name === name);
  if (plant === undefined) return `no plant is called ${name}`;
  const { min, max, unit } = plant.size;
  if (size === true || (size >= min && size <= max)) return undefined;
  return `${name} takes a size from ${min} to ${max} (${unit}), not ${size}`;
}

/** The plants that are asked for, in the order of `known`, each with its size. Throws RangeError. */
export function chosenPlants<P extends Plantable>(
  known: readonly P[],
  wanted: PlantSizes,
): { readonly plant: P; readonly size: number }[] {
  for (const [name, size] of Object.entries(wanted)) {
    const problem = plantProblem(known, name, size);
    if (problem !== undefined) throw new RangeError(problem);
  }
  return known.flatMap((plant) => {
    const size = wanted[plant.name];
    return size === undefined ? [] : [{ plant, size: size === true ? plant.size.default : size }];
  });
}
