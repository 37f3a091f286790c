import { posix } from 'node:path';

import { invalidValue } from './message.ts';
import { invalidParameter } from './mlflow-error.ts';
import { pythonRepr } from './python-repr.ts';

const MAX_KEY = 250;

/**
 * Source: mlflow/mlflow mlflow/utils/validation.py, _validate_model_name, 3.17.
 * @throws {MlflowError} 400
 */
export function checkModelName(name: string, field = 'name'): void {
  if (name.trim() === '')
    throw invalidParameter(`Missing value for required parameter '${field}'.`);
  if (/[/:]/u.test(name)) {
    throw invalidParameter(`Invalid model name '${name}'. Names cannot contain '/' or ':'.`);
  }
  checkUniquePath('name', name);
}

/** The number of a version, which is text in every request. */
export function versionNumber(text: string): number {
  if (/^\s*[-+]?\d+\s*$/u.test(text)) return Number(text);
  throw invalidParameter(`Parameter 'version' must be an integer, got '${text}'.`);
}

/** Names of tags, parameters and metrics. Source: _validate_tag_name, _validate_param_name. */
export function checkKey(key: string, path = 'key'): void {
  if (!/^[/\w.\- :]*$/u.test(key)) {
    throw invalidParameter(
      invalidValue(
        path,
        key,
        'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), ' +
          'colon(:) and slashes (/).',
      ),
    );
  }
  checkUniquePath(path, key);
}

/** Source: path_not_unique; posixpath.normpath keeps no slash at the end, unlike Node's. */
function checkUniquePath(path: string, name: string): void {
  const normal = name === '' ? '.' : posix.normalize(name).replace(/(?<=.)\/$/u, '');
  const isUnique = normal === name && normal !== '.' && !/^(?:\.\.|\/)/u.test(normal);
  if (isUnique) return;
  throw invalidParameter(
    invalidValue(
      path,
      name,
      'Names may be treated as files in certain cases, and must not resolve to other names when ' +
        `treated as such. This name would resolve to ${pythonRepr(normal)}`,
    ),
  );
}

/** Source: _validate_length_limit. */
export function checkLength(what: string, text: string, most: number): void {
  if (text.length > most) {
    throw invalidParameter(`'${what}' exceeds the maximum length of ${most} characters`);
  }
}

/** Tags of models and versions. Source: _validate_model_version_tag. */
export function checkRegistryTag(key: string, value: string): void {
  checkKey(key);
  checkLength('key', key, MAX_KEY);
  checkLength('value', value, 100_000);
}

/** Tags of runs, whose long values are cut and not refused. Source: _validate_tag. */
export function runTag(key: string, value: string, path = ''): { key: string; value: string } {
  const at = (field: string) => (path === '' ? field : `${path}.${field}`);
  checkKey(key, at('key'));
  checkLength(at('key'), key, MAX_KEY);
  return { key, value: value.slice(0, 8000) };
}

/** Source: _validate_model_alias_name. */
export function checkAlias(alias: string): void {
  if (alias === '') throw invalidParameter('Registered model alias name cannot be empty.');
  if (!/^[\w-]*$/u.test(alias)) {
    throw invalidParameter(
      `Invalid alias name: '${alias}'. Names may only contain alphanumerics, underscores (_), and ` +
        'dashes (-).',
    );
  }
  checkLength('Registered model alias name', alias, 255);
}

/** Source: _validate_model_alias_name_reserved. */
export function checkAliasIsFree(alias: string): void {
  if (alias.toLowerCase() === 'latest') {
    throw invalidParameter("'latest' alias name (case insensitive) is reserved.");
  }
  if (/^v\d+$/iu.test(alias)) {
    throw invalidParameter(`Version alias name '${alias}' is reserved.`);
  }
}
