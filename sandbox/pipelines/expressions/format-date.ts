/**
 * A time in UTC by a pattern such as `yyyyMMdd` or `yyyy-MM-dd HH:mm:ss`.
 * Source: docs/pipelines/process/run-number.md of MicrosoftDocs/azure-devops-docs
 */
export function formatDate(ms: number, pattern: string): string {
  const date = new Date(ms);
  return pattern.replace(/yyyy|yy|MM|M|dd|d|HH|H|mm|m|ss|s|fff/g, (part) => partOf(date, part));
}

function partOf(date: Date, part: string): string {
  const number = numberOf(date, part);
  const width = part === 'fff' ? 3 : part.length;
  return String(number)
    .padStart(width, '0')
    .slice(part === 'yy' ? -2 : 0);
}

function numberOf(date: Date, part: string): number {
  switch (part.slice(0, 1)) {
    case 'y':
      return date.getUTCFullYear();
    case 'M':
      return date.getUTCMonth() + 1;
    case 'd':
      return date.getUTCDate();
    case 'H':
      return date.getUTCHours();
    case 'm':
      return date.getUTCMinutes();
    case 's':
      return date.getUTCSeconds();
    default:
      return date.getUTCMilliseconds();
  }
}
