/**
 * Somebody else's text as one line that gives no orders to a terminal or a CI system.
 *
 * `##vso[` counts anywhere in a line of Azure Pipelines, `##[` in one of GitHub's, and `::` where a
 * line of GitHub's begins.
 * Source: microsoft/azure-pipelines-agent `src/Agent.Worker/Command.cs`; actions/runner
 * `src/Runner.Common/ActionCommand.cs`
 */
export function plainLine(text: string): string {
  return harmless(text.replaceAll(/[\s\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim());
}

/** The same of a text of several lines, such as a traceback. */
export function plainLines(text: string): readonly string[] {
  return text
    .replaceAll(ANSI, '')
    .trimEnd()
    .split(/\r\n|[\r\n\u2028\u2029\v\f]/u)
    .map((line) => harmless(line.replaceAll('\t', '    ').replaceAll(/[\p{Cc}\p{Cf}]/gu, '')));
}

/** Colours of a traceback. */
// oxlint-disable-next-line eslint/no-control-regex -- they begin with a control character
const ANSI = /\u001b\[[0-9;]*[A-Za-z]/g;

function harmless(line: string): string {
  return line.replaceAll(/##(?=\s*(?:vso)?\[)/gi, '# #').replace(/^(\s*):(?=:)/, '$1: ');
}

/** The beginning and the end of what is too long: the last words of a trace are the ones to read. */
export function shortened(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const half = Math.floor(maxCharacters / 2);
  const left = text.length - 2 * half;
  return `${text.slice(0, half)}\n… ${left} characters left out …\n${text.slice(-half)}`;
}
