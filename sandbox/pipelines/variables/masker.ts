/** Replaces secrets in what a job prints. */
export interface Masker {
  /** A secret that the job was given: what it is written as in other ways is masked as well. */
  addGiven(secret: string): void;
  /** A secret that a step made up. */
  add(secret: string): void;
  mask(line: string): string;
}

/**
 * Masks secrets from when they are known on; what was printed before stays.
 * Source: microsoft/azure-pipelines-agent, src/Agent.Worker/Worker.cs and
 * src/Microsoft.VisualStudio.Services.Agent/HostContext.cs
 */
export function openMasker(): Masker {
  const secrets = new Set<string>();
  const add = (secret: string) => {
    if (secret.trim() === '') return;
    const written = [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret.toWellFormed()),
      secret.replaceAll('\\', '\\\\'),
    ];
    for (const form of written) secrets.add(form);
  };

  return {
    add,
    addGiven(secret) {
      if (secret.trim() === '') return;
      add(secret);
      add(secret.trim());
      add(secret.replace(/^(['"])(.*)\1$/s, '$2'));
      add(secret.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'));
      add(Buffer.from(secret).toString('base64'));
      // A log has lines: a secret of several can only be seen one by one.
      for (const line of secret.split(/\r?\n/)) add(line);
    },
    mask: (line) => maskAll(line, secrets),
  };
}

/** Parts that overlap or touch become one `***`. */
function maskAll(line: string, secrets: ReadonlySet<string>): string {
  const spans: { from: number; to: number }[] = [];
  for (const secret of secrets) {
    for (let at = line.indexOf(secret); at >= 0; at = line.indexOf(secret, at + 1)) {
      spans.push({ from: at, to: at + secret.length });
    }
  }
  let masked = '';
  let copied = 0;
  let covered = -1;
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    if (from > covered) {
      masked += `${line.slice(copied, from)}***`;
      covered = to;
    }
    covered = Math.max(covered, to);
    copied = covered;
  }
  return masked + line.slice(copied);
}
