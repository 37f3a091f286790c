import { context, type ObjectValue, text as textValue } from '../expressions/value.ts';
import { expandMacros } from './expand-macros.ts';

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
  readonly readonly: boolean;
}

/** The variables of one job. Names are the same in any case. */
export interface VariableSet {
  get(name: string): Variable | undefined;
  set(variable: Variable): void;
  all(): readonly Variable[];
  /** Expands the values with one another; said before every step, as steps set variables. */
  recalculate(): readonly string[];
  /** A text with every `$(name)` of a known variable replaced. */
  expand(source: string): string;
  /** The values as `variables[…]` of an expression. */
  asContext(): ObjectValue;
}

/**
 * Variables that name one another are expanded before each step; what names a secret is a secret.
 * Source: microsoft/azure-pipelines-agent, src/Microsoft.VisualStudio.Services.Agent/VarUtil.cs and
 * src/Agent.Worker/Variables.cs
 */
export function openVariables(initial: readonly Variable[]): VariableSet {
  const raw = new Map<string, Variable>();
  let expanded = new Map<string, Variable>();
  for (const variable of initial) raw.set(key(variable.name), variable);
  expanded = new Map(raw);

  return {
    get: (name) => expanded.get(key(name)),
    set(variable) {
      const before = raw.get(key(variable.name));
      // Once a secret, always a secret.
      const kept = { ...variable, secret: variable.secret || (before?.secret ?? false) };
      raw.set(key(variable.name), kept);
      expanded.set(key(variable.name), kept);
    },
    all: () => [...expanded.values()],
    recalculate() {
      const result = recalculated(raw);
      expanded = result.variables;
      return result.warnings;
    },
    expand: (source) => expandMacros(source, (name) => expanded.get(key(name))?.value),
    asContext: () =>
      context(Array.from(expanded.values(), ({ name, value }) => [name, textValue(value)])),
  };
}

/** Source: VarUtil.cs, `s_maxDepth`-like limit of nested references */
const maxDepth = 50;

function key(name: string): string {
  return name.toLowerCase();
}

function recalculated(raw: ReadonlyMap<string, Variable>) {
  const variables = new Map<string, Variable>();
  const warnings: string[] = [];

  for (const variable of raw.values()) {
    let secret = variable.secret;
    let cyclic = false;
    const value = (of: Variable, path: readonly string[]): string =>
      expandMacros(of.value, (name) => {
        const lower = name.toLowerCase();
        const other = raw.get(lower);
        if (!other) return undefined;
        if (path.includes(lower) || path.length > maxDepth) {
          cyclic = true;
          return undefined;
        }
        secret ||= other.secret;
        return value(other, [...path, lower]);
      });
    const text = value(variable, [variable.name.toLowerCase()]);
    if (cyclic) {
      warnings.push(
        `Unable to expand variable '${variable.name}'. A cyclical reference was detected.`,
      );
    }
    const kept = cyclic ? variable : { ...variable, value: text, secret };
    variables.set(variable.name.toLowerCase(), kept);
  }
  return { variables, warnings };
}
