/** A command that a step gives by printing `##vso[area.event key=value;]data`. */
export interface LoggingCommand {
  readonly area: string;
  readonly event: string;
  /** By name in lower case. */
  readonly properties: ReadonlyMap<string, string>;
  readonly data: string;
}

export type LineRead =
  | { readonly kind: 'text' }
  | { readonly kind: 'command'; readonly command: LoggingCommand }
  /** It looks like one, but cannot be read. */
  | { readonly kind: 'broken' };

const prefix = '##vso[';

/**
 * The command in a line, wherever in the line it begins.
 * Source: microsoft/azure-pipelines-agent, src/Microsoft.VisualStudio.Services.Agent/Command.cs and
 * CommandStringConvertor.cs
 */
export function readLine(line: string): LineRead {
  const start = line.toLowerCase().indexOf(prefix);
  if (start < 0) return { kind: 'text' };
  const end = line.indexOf(']', start);
  const inner = end < 0 ? '' : line.slice(start + prefix.length, end);
  const [, area, event, rest] = /^\s*([^.\s]+)\.([^\s]+)(?:\s+(.*))?$/s.exec(inner) ?? [];
  if (area === undefined || event === undefined) return { kind: 'broken' };
  const command = {
    area: area.toLowerCase(),
    event: event.toLowerCase(),
    properties: propertiesOf(rest ?? ''),
    data: unescape(line.slice(end + 1)),
  };
  return { kind: 'command', command };
}

function propertiesOf(source: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const pair of source.split(';')) {
    const at = pair.indexOf('=');
    const value = at < 0 ? '' : pair.slice(at + 1);
    if (value !== '') properties.set(pair.slice(0, at).trim().toLowerCase(), unescape(value));
  }
  return properties;
}

function unescape(text: string): string {
  return text
    .replaceAll('%3B', ';')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%5D', ']')
    .replaceAll('%AZP25', '%');
}
