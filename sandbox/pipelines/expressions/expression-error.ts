/** An expression that cannot be read, or that has no value. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

/**
 * What Azure Pipelines says of an expression it cannot read.
 * Source: messages observed at the `preview` endpoint, August 2026
 */
export function unreadable(what: string, index: number, expression: string): ExpressionError {
  return new ExpressionError(
    `${what}. Located at position ${index + 1} within expression: '${expression}'. For more help, refer to https://go.microsoft.com/fwlink/?linkid=842996`,
  );
}
