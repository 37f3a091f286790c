const MAX_CHARACTERS = 2000;

/**
 * Text as a pipeline may have it: what the agent would take for an order becomes plain text.
 *
 * Event texts are written by strangers, and a pipeline may print what it was given or put it into
 * a script's environment. `##vso[` would command the agent (it becomes `##vso(`), `$(name)` and
 * `$[…]` would read variables, secrets included (a space comes in between), control characters but
 * line feed and tab become U+FFFD, and the text ends in `…` where it is cut at 2,000 characters.
 *
 * Source: microsoft/azure-pipelines-agent `src/Microsoft.VisualStudio.Services.Agent/VarUtil.cs`,
 * `src/Agent.Sdk/CommandStringConvertor.cs`
 */
export function asData(text: string): string {
  const whole = text
    .toWellFormed()
    .replaceAll(/##vso\[/gi, '##vso(')
    .replaceAll(/\$([([])/g, '$ $1')
    .replaceAll(/(?![\n\t])\p{Cc}/gu, '\uFFFD');
  return whole.length > MAX_CHARACTERS
    ? `${whole.slice(0, MAX_CHARACTERS - 1).toWellFormed()}…`
    : whole;
}
