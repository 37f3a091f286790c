/**
 * A text with every `$(name)` that has a value replaced by it.
 *
 * What is put in is not looked at again. A name that has no value leaves its `$(` as it is, and
 * the search goes on one character further: so `$(curl $(url))` finds `$(url)`.
 *
 * Source: microsoft/azure-pipelines-agent, src/Microsoft.VisualStudio.Services.Agent/VarUtil.cs
 */
export function expandMacros(
  source: string,
  valueOf: (name: string) => string | undefined,
): string {
  let text = source;
  let from = 0;
  for (;;) {
    const start = text.indexOf('$(', from);
    const end = start < 0 ? -1 : text.indexOf(')', start + 2);
    if (end < 0) return text;
    const value = valueOf(text.slice(start + 2, end));
    if (value === undefined) {
      from = start + 1;
    } else {
      text = text.slice(0, start) + value + text.slice(end + 1);
      from = start + value.length;
    }
  }
}
