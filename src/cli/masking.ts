import type { Secret } from '../lib/secret.ts';

/**
 * The line that tells a CI system to hide this secret in everything that follows; null: none runs.
 *
 * Source: MicrosoftDocs/azure-devops-docs, docs/pipelines/scripts/logging-commands.md;
 * microsoft/azure-pipelines-agent `src/Agent.Sdk/CommandStringConvertor.cs` (escapes);
 * github/docs, actions/reference/workflows-and-actions/workflow-commands.md
 */
export function maskingOf(
  secret: Secret,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  const text = secret.reveal();
  if (env['TF_BUILD']?.toLowerCase() === 'true') {
    return `##vso[task.setsecret]${escaped(text, '%AZP25')}`;
  }
  return env['GITHUB_ACTIONS'] === 'true' ? `::add-mask::${escaped(text, '%25')}` : null;
}

/** So that a line of it cannot be an order of its own. */
function escaped(text: string, percent: string): string {
  return text.replaceAll('%', percent).replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
