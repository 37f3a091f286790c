import { evaluate } from '../expressions/evaluate.ts';
import { ExpressionError } from '../expressions/expression-error.ts';
import { object, text, toBoolean, type Value } from '../expressions/value.ts';
import { contextsOf, type Scope } from './scope.ts';

/** A key of a mapping that says whether, or how often, what is below it stands there. */
export type Directive =
  | { readonly kind: 'if' | 'elseif'; readonly condition: string }
  | { readonly kind: 'else' }
  | { readonly kind: 'insert' }
  | { readonly kind: 'each'; readonly name: string; readonly of: string };

/** Whether a branch of the last `if` was taken; null: there was none yet. */
export type Taken = boolean | null;

const form = /^\$\{\{\s*(if|elseif|else|each|insert)\b(.*)\}\}$/s;
const eachForm = /^([A-Za-z_]\w*)\s+in\s+(.*)$/s;

/** The directive that a key is; null: it is a key as any other. */
export function readDirective(key: string): Directive | null {
  const [, word, written = ''] = form.exec(key.trim()) ?? [];
  const rest = written.trim();
  if (word === 'if' || word === 'elseif') return { kind: word, condition: rest };
  if (word === 'else' || word === 'insert') return rest === '' ? { kind: word } : null;
  return word === 'each' ? readEach(rest) : null;
}

function readEach(rest: string): Directive | null {
  const [, name, of] = eachForm.exec(rest) ?? [];
  return name === undefined || of === undefined ? null : { kind: 'each', name, of };
}

/**
 * The scopes in which what is below a directive is expanded, one for each time.
 * @throws {ExpressionError} its expression fails, or there is no `if` before it
 */
export function scopesOf(directive: Directive, taken: Taken, scope: Scope): Chosen {
  if (directive.kind === 'insert') return { scopes: [scope], taken };
  if (directive.kind === 'each') return { scopes: scopesOfEach(directive, scope), taken };
  if (directive.kind !== 'if' && taken === null) {
    throw new ExpressionError(
      `The expression directive '${directive.kind}' is not supported in this context`,
    );
  }
  // A branch that comes too late is not even looked at.
  const isLate = directive.kind !== 'if' && taken === true;
  const now = !isLate && (directive.kind === 'else' || holds(directive.condition, scope));
  return { scopes: now ? [scope] : [], taken: isLate || now };
}

interface Chosen {
  readonly scopes: readonly Scope[];
  readonly taken: Taken;
}

function holds(condition: string, scope: Scope): boolean {
  return toBoolean(evaluate(condition, { contexts: contextsOf(scope) }));
}

function scopesOfEach(
  { name, of }: Extract<Directive, { kind: 'each' }>,
  scope: Scope,
): readonly Scope[] {
  const contexts = contextsOf(scope);
  if (contexts.has(name.toLowerCase()) && !scope.locals.has(name.toLowerCase())) {
    throw new ExpressionError(`The variable '${name}' of 'each' has the name of a context`);
  }
  const { parameters, variables, locals } = scope;
  return itemsOf(evaluate(of, { contexts })).map((item) => ({
    parameters,
    variables,
    locals: new Map([...locals, [name.toLowerCase(), item]]),
  }));
}

function itemsOf(value: Value): readonly Value[] {
  if (value.kind === 'array') return value.items;
  if (value.kind === 'object') {
    return Array.from(value.entries, ([key, item]) =>
      object([
        ['key', text(key)],
        ['value', item],
      ]),
    );
  }
  if (value.kind === 'null' || (value.kind === 'string' && value.value === '')) return [];
  throw new ExpressionError(`'each' expects a sequence or a mapping`);
}
