import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
} from 'yaml';

import { type Problems, unsupported } from './problems.ts';
import type { Entry, Mapping, Position, Scalar, Tree } from './tree.ts';

/**
 * The structure of a YAML file; what Azure Pipelines refuses (anchors, a key given twice, a
 * second document) is told to `problems`.
 * Source: answers of the `preview` endpoint, observed in August 2026
 */
export function parseYaml(source: string, file: string, problems: Problems): Tree {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(source, {
    lineCounter: lines,
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
  });
  const documents: readonly Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };

  const [document, second] = documents;
  for (const error of document?.errors ?? []) problems.add(position(error.pos[0]), error.message);
  if (second) {
    problems.add(position(second.range[0]), 'Expected stream end parse event, but a new document');
  }
  if (!document?.contents) return { kind: 'mapping', entries: [], at: position(0) };
  refuseAnchors(document, position, problems);
  return treeOf(document.contents, position, problems);
}

function refuseAnchors(
  document: Document.Parsed,
  position: (offset: number) => Position,
  problems: Problems,
): void {
  visit(document, {
    Value(_key, node) {
      if (!node.anchor) return;
      const message = `Anchors are not currently supported. Remove the anchor '${node.anchor}'`;
      problems.add(position(node.range?.[0] ?? 0), message);
    },
  });
}

function treeOf(
  node: Node | null,
  position: (offset: number) => Position,
  problems: Problems,
): Tree {
  const at = position(node?.range?.[0] ?? 0);
  const inner = (part: unknown): Tree => treeOf(isNode(part) ? part : null, position, problems);
  if (isSeq(node)) return { kind: 'sequence', items: node.items.map(inner), at };
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }): Entry => {
      const name = inner(key);
      if (name.kind !== 'scalar') problems.add(name.at, 'A key is expected to be text');
      const known: Scalar = name.kind === 'scalar' ? name : { kind: 'scalar', text: '', at };
      return { key: known, value: value === null ? empty(known.at) : inner(value) };
    });
    const mapping: Mapping = { kind: 'mapping', entries, at };
    refuseRepeatedKeys(mapping, problems);
    return mapping;
  }
  if (isAlias(node)) problems.add(at, unsupported(`the alias '*${node.source}'`));
  return {
    kind: 'scalar',
    text: isScalar(node) && typeof node.value === 'string' ? node.value : '',
    at,
  };
}

/** Refuses a key that stands twice in a mapping, whatever its case; directives may repeat. */
export function refuseRepeatedKeys(mapping: Mapping, problems: Problems): void {
  const seen = new Set<string>();
  for (const { key } of mapping.entries) {
    const name = key.text.toLowerCase();
    if (seen.has(name) && !name.startsWith('${{')) {
      problems.add(key.at, `'${key.text}' is already defined`);
    }
    seen.add(name);
  }
}

function empty(at: Position): Scalar {
  return { kind: 'scalar', text: '', at };
}

function isNode(part: unknown): part is Node {
  return isScalar(part) || isMap(part) || isSeq(part) || isAlias(part);
}
