import { context, type ObjectValue, text, type Value } from '../expressions/value.ts';

/** What `${{ }}` finds at one place of a file. */
export interface Scope {
  readonly parameters: ObjectValue;
  /** Variables known before the run, by name in lower case. */
  readonly variables: ReadonlyMap<string, string>;
  /** The variables of `each` around this place. */
  readonly locals: ReadonlyMap<string, Value>;
}

/** The names that an expression finds in a scope. */
export function contextsOf(scope: Scope): ReadonlyMap<string, Value> {
  const variables = context(Array.from(scope.variables, ([name, value]) => [name, text(value)]));
  return new Map<string, Value>([
    ['parameters', scope.parameters],
    ['variables', variables],
    ...scope.locals,
  ]);
}

/** The scope in which variables that were declared here are known as well. */
export function withVariables(scope: Scope, declared: Iterable<readonly [string, string]>): Scope {
  const added = Array.from(declared, ([name, value]) => [name.toLowerCase(), value] as const);
  return { ...scope, variables: new Map([...scope.variables, ...added]) };
}
