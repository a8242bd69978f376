import { readFile } from 'node:fs/promises';
import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { HarnessError, messageOf } from '../base/index.ts';
import { check, GroundTruth, type Problem } from '../contract/index.ts';

/** Reads a ground truth. What is wrong is told with line and column. Throws SH_TRUTH_UNREADABLE, SH_TRUTH_INVALID. */
export async function readTruth(path: string): Promise<GroundTruth> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new HarnessError('SH_TRUTH_UNREADABLE', { path, reason: messageOf(error) }, { cause: error });
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const reason = broken.message.replace(/:?\n[\s\S]*$/, '');
    throw new HarnessError('SH_TRUTH_UNREADABLE', { path, reason }, { cause: broken });
  }
  const checked = check(GroundTruth, plain(document, path));
  if (checked.ok) return checked.value;
  const problems = checked.problems.map((problem) => told(problem, document.contents, lines)).join('; ');
  throw new HarnessError('SH_TRUTH_INVALID', { path, problems });
}

/** Aliases that unfold without end are refused by the parser. */
function plain(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    throw new HarnessError('SH_TRUTH_UNREADABLE', { path, reason: messageOf(error) }, { cause: error });
  }
}

function told({ path, message }: Problem, root: Node | null, lines: LineCounter): string {
  const keys = path === '' ? [] : path.split('.');
  const { line, col } = lines.linePos(offsetOf(root, keys));
  const place = keys.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${key}`)).join('');
  return `line ${line}, column ${col}: ${place === '' ? '' : `${place.replace(/^\./, '')} `}${message}`;
}

/** Where the innermost thing begins that a path leads to: of a value in a map, its key. */
function offsetOf(root: Node | null, keys: readonly string[]): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const key of keys) {
    const pair = isMap(node)
      ? node.items.find((one) => isScalar(one.key) && String(one.key.value) === key)
      : undefined;
    node = pair?.value ?? (isSeq(node) ? node.items[Number(key)] : undefined);
    const begin = pair?.key ?? node;
    if (!isNode(begin)) return offset;
    offset = begin.range?.[0] ?? offset;
  }
  return offset;
}
