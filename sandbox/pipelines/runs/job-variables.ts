import { evaluate } from '../expressions/evaluate.ts';
import type { ExpressionFunction } from '../expressions/functions.ts';
import { nothing, toNumber, toText, type Value } from '../expressions/value.ts';
import type { VariableLine } from '../model/pipeline.ts';
import { runtimeExpression } from '../model/read-variables.ts';
import { openVariables, type Variable, type VariableSet } from '../variables/variable-set.ts';
import type { RunPlan } from './run-plan.ts';

/**
 * The variables of a job: those of the definition and of the run's asking, then those of the file
 * from root to job, each over those before it, and over all of them what is predefined.
 * Source: docs/pipelines/process/variables.md of MicrosoftDocs/azure-devops-docs
 * @throws {ExpressionError} a `$[ ]` has no value
 */
export function jobVariables(
  plan: RunPlan,
  levels: readonly (readonly VariableLine[])[],
  predefined: readonly (readonly [string, string])[],
  contexts: ReadonlyMap<string, Value>,
): VariableSet {
  const variables = openVariables(plan.variables);
  const system = predefined.map(([name, value]) => systemVariable(name, value));
  for (const variable of system) variables.set(variable);
  const token = { name: 'System.AccessToken', value: plan.accessToken };
  variables.set({ ...token, secret: true, readonly: true });

  const isSystem = new Set(system.map(({ name }) => name.toLowerCase()));
  for (const line of levels.flat()) {
    for (const variable of valuesOf(line, plan, variables, contexts)) {
      if (!isSystem.has(variable.name.toLowerCase())) variables.set(variable);
    }
  }
  return variables;
}

function systemVariable(name: string, value: string): Variable {
  return { name, value, secret: false, readonly: true };
}

function valuesOf(
  line: VariableLine,
  plan: RunPlan,
  variables: VariableSet,
  contexts: ReadonlyMap<string, Value>,
): readonly Variable[] {
  if (line.kind === 'group') return plan.groupOf(line.name);
  const { name, value, readonly } = line;
  const expression = runtimeExpression(value);
  if (expression === null) return [{ name, value, secret: false, readonly }];
  const result = evaluate(expression, {
    contexts: new Map([...contexts, ['variables', variables.asContext()]]),
    functions: counter(plan),
  });
  const text = toText(result) ?? '';
  // A value made from a secret is kept as one.
  const secret = variables.all().some((other) => other.secret && holds(text, other.value));
  return [{ name, value: text, secret, readonly }];
}

function holds(text: string, secret: string): boolean {
  return secret !== '' && text.includes(secret);
}

function counter(plan: RunPlan): ReadonlyMap<string, ExpressionFunction> {
  const call: ExpressionFunction['call'] = ([prefix, seed]) => {
    const key = toText(prefix?.() ?? nothing) ?? '';
    const first = toNumber(seed?.() ?? nothing) ?? 0;
    return { kind: 'number', value: plan.count(key, first) };
  };
  return new Map([['counter', { arity: [1, 2], call }]]);
}
