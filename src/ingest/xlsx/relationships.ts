import { partKey } from '../zip/guard-package.ts';
import type { Package, PackagePart } from '../zip/open-package.ts';
import { readSmallPart } from './small-part.ts';

/** What a part says about another: by which id, of which type (the last word of its address), and where it is. */
export interface Relationship {
  readonly id: string;
  readonly type: string;
  /** The name of a part, without a slash in front. */
  readonly target: string;
}

/** The relationships of a part (of the package itself for ''); those that leave the package are left out. */
export async function relationshipsOf(
  zip: Package,
  source: string,
  shownPath: string,
): Promise<readonly Relationship[]> {
  const folder = source.slice(0, source.lastIndexOf('/') + 1);
  const part = zip.find(`${folder}_rels/${source.slice(folder.length)}.rels`);
  if (part === undefined) return [];
  const found: Relationship[] = [];
  await readSmallPart(part, shownPath, ({ name, attributes }) => {
    if (name !== 'Relationship' || attributes.get('TargetMode') === 'External') return;
    const type = attributes.get('Type') ?? '';
    found.push({
      id: attributes.get('Id') ?? '',
      type: type.slice(type.lastIndexOf('/') + 1),
      target: resolved(folder, attributes.get('Target') ?? ''),
    });
  });
  return found;
}

/** A target as the name of a part: relative to the folder of its source, or from the root of the package. */
function resolved(folder: string, target: string): string {
  const plain = unescaped(target.replaceAll('\\', '/'));
  const steps: string[] = [];
  for (const step of (plain.startsWith('/') ? plain : folder + plain).split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The content types that a package declares, by part. */
export async function contentTypes(zip: Package, shownPath: string): Promise<(part: string) => string> {
  const byPart = new Map<string, string>();
  const byExtension = new Map<string, string>();
  const part = zip.find('[Content_Types].xml');
  if (part !== undefined) {
    await readSmallPart(part, shownPath, ({ name, attributes }) => {
      const type = attributes.get('ContentType') ?? '';
      if (name === 'Override')
        byPart.set(partKey((attributes.get('PartName') ?? '').replace(/^\//, '')), type);
      if (name === 'Default') byExtension.set(partKey(attributes.get('Extension') ?? ''), type);
    });
  }
  return (of) => byPart.get(partKey(of)) ?? byExtension.get(partKey(of.slice(of.lastIndexOf('.') + 1))) ?? '';
}

/** The first part that `source` names with this type of relationship. */
export function partOfType(
  zip: Package,
  relationships: readonly Relationship[],
  type: string,
): PackagePart | undefined {
  const found = relationships.find((one) => one.type === type);
  return found === undefined ? undefined : zip.find(found.target);
}
