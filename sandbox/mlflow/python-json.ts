/** A number that is a float to Python, which writes 1 as `1.0`. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

type Style = 'plain' | 'pretty' | 'compact';

/**
 * The value as Python's `json.dumps` would write it: with a blank after colons and commas, ASCII only;
 * `pretty` is `indent=2`, `compact` is `separators=(",", ":"), sort_keys=True`.
 *
 * Source: python/cpython Lib/json/encoder.py; mlflow/mlflow mlflow/utils/proto_json_utils.py.
 */
export function pythonJson(value: unknown, style: Style = 'plain'): string {
  return write(value, style, '\n');
}

function write(value: unknown, style: Style, newLine: string): string {
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Float) return floatText(value.value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';

  const inner = `${newLine}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => write(item, style, inner));
    return enclosed('[', items, ']', style, newLine);
  }
  const colon = style === 'compact' ? ':' : ': ';
  const present = Object.entries(value).filter(([, item]) => item !== undefined);
  const sorted = style === 'compact' ? present.toSorted(([a], [b]) => (a < b ? -1 : 1)) : present;
  const members = sorted.map(([key, item]) => quoted(key) + colon + write(item, style, inner));
  return enclosed('{', members, '}', style, newLine);
}

function enclosed(
  open: string,
  items: readonly string[],
  close: string,
  style: Style,
  newLine: string,
): string {
  if (items.length === 0) return open + close;
  if (style === 'compact') return open + items.join(',') + close;
  if (style === 'plain') return open + items.join(', ') + close;
  return `${open}${newLine}  ${items.join(`,${newLine}  `)}${newLine}${close}`;
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Source: `float.__repr__`, which is what json.dumps uses; protobuf makes text of what JSON lacks. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  if (Object.is(value, -0)) return '-0.0';
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 16) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
