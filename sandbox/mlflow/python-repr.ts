/** The text as Python's `repr` shows it: `'Staging'`, `"it's"`. */
export function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\\p{Cc}]/gu, (char) => ESCAPES[char] ?? byCode(char));
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

function byCode(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** The list of texts as Python shows it: `['name', 'name']`. */
export function pythonList(texts: readonly string[]): string {
  return `[${texts.map(pythonRepr).join(', ')}]`;
}

/** The set of texts as Python shows it; its order there is any, here it is as given. */
export function pythonSet(texts: readonly string[]): string {
  return `{${texts.map(pythonRepr).join(', ')}}`;
}
