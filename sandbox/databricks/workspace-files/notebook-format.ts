import { z } from 'zod';

import { checked } from '../input.ts';
import { HEADERS, type Language, type NotebookExtension } from './workspace-object.ts';

interface Cell {
  readonly kind: 'code' | 'markdown';
  readonly source: string;
}

/** A notebook in Python's source format as one of Jupyter. */
export function toJupyter(source: string, name: string): string {
  const cells = cellsOf(source).map(({ kind, source: text }) => ({
    cell_type: kind,
    metadata: {},
    source: text.split(/(?<=\n)/u),
    ...(kind === 'code' && { execution_count: null, outputs: [] }),
  }));
  const databricks = { language: 'python', notebookName: name };
  const metadata = { 'application/vnd.databricks.v1+notebook': databricks };
  return JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 0 }, null, 1);
}

/**
 * The cells of a notebook in the source format.
 *
 * Source: docs.databricks.com/notebooks/notebook-export-import.
 */
function cellsOf(source: string): Cell[] {
  const [, ...lines] = source.split(/\r?\n/u);
  return lines
    .join('\n')
    .split(/^# COMMAND -+[ \t]*$/mu)
    .map((block) => block.replace(/^\n+|\n+$/gu, ''))
    .filter((block) => block !== '')
    .map(cellOf);
}

function cellOf(block: string): Cell {
  const lines = block.split('\n').filter((line) => !line.startsWith('# DBTITLE '));
  const plain = lines.map((line) => line.replace(/^# MAGIC ?/u, '')).join('\n');
  return plain.startsWith('%md')
    ? { kind: 'markdown', source: plain.replace(/^%md[^\S\n]*\n?/u, '') }
    : { kind: 'code', source: plain };
}

const Jupyter = z.looseObject({
  cells: z.array(
    z.looseObject({
      cell_type: z.string(),
      source: z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(''))]),
    }),
  ),
});

/** A notebook of Jupyter in the source format of Python. @throws {ApiError} 400, it is none */
export function fromJupyter(text: string): string {
  const { cells } = checked(Jupyter, JSON.parse(text));
  const blocks = cells.map(({ cell_type, source }) =>
    cell_type === 'markdown' ? magic(`%md\n${source}`) : asCode(source),
  );
  return `${HEADERS['.py'][1]}\n${blocks.join('\n\n# COMMAND ----------\n\n')}\n`;
}

function asCode(plain: string): string {
  return plain.startsWith('%') ? magic(plain) : plain;
}

function magic(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '# MAGIC' : `# MAGIC ${line}`))
    .join('\n');
}

/** What a source becomes as a notebook of this language: one without the header gets it. */
export function asNotebook(language: Language, source: string) {
  const extension = extensionOf(language);
  const [, header] = HEADERS[extension];
  const has = source.split(/\r?\n/u)[0] === header;
  return { extension, source: has ? source : `${header}\n${source}` };
}

function extensionOf(language: Language): NotebookExtension {
  switch (language) {
    case 'PYTHON':
      return '.py';
    case 'SQL':
      return '.sql';
    case 'SCALA':
      return '.scala';
    case 'R':
      return '.r';
  }
}
