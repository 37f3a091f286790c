import { fitsText } from './glob.ts';

/**
 * Whether a value holds at least what is wanted: of an object the fields named, of a list the same
 * items in the same order; a star in a wanted text stands for anything.
 */
export function holds(value: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    const isAsLong = Array.isArray(value) && value.length === wanted.length;
    return isAsLong && wanted.every((item, at) => holds(value[at], item));
  }
  if (isRecord(wanted)) {
    return (
      isRecord(value) &&
      Object.entries(wanted).every(([name, item]) => name in value && holds(value[name], item))
    );
  }
  if (typeof wanted === 'string' && typeof value === 'string') return fitsText(wanted, value);
  return value === wanted;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
