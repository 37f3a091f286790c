import type { SandboxConfig } from '../config.ts';
import type { Action } from '../kit/action.ts';
import { ApiError } from './api-error.ts';

/**
 * Requests a second in one workspace.
 *
 * Source: learn.microsoft.com/azure/databricks/resources/limits, through a third party; calls of the
 * model registry share a limit there, and have one each here.
 */
const DOCUMENTED: Readonly<Record<string, number>> = {
  'jobs/run-now': 20,
  'jobs/runs/submit': 35,
  'jobs/runs/get': 100,
  'jobs/runs/get-output': 20,
  'jobs/runs/list': 30,
  'jobs/runs/cancel': 10,
  'jobs/runs/export': 20,
  'jobs/runs/repair': 5,
  'jobs/get': 20,
  'jobs/list': 20,
  'jobs/create': 20,
  'workspace/import': 30,
  'workspace/export': 60,
  'workspace/list': 50,
  'workspace/mkdirs': 20,
  'workspace/delete': 2,
  'git-credentials': 10,
  repos: 10,
  'mlflow/*': 40,
};

const WINDOW_MS = 1000;

/**
 * The actions, each of which turns away what comes too fast: 429 with the seconds to wait.
 *
 * Source: databricks-sdk-py errors/customizer.py: Retry-After in whole seconds; the code is one of two
 * that were seen.
 */
export function rateLimited<State>(
  actions: readonly Action<State>[],
  config: SandboxConfig['databricks'],
): readonly Action<State>[] {
  const limits = Object.entries(
    config.rate_limits === 'documented' ? DOCUMENTED : config.rate_limits,
  ).map(([pattern, perSecond]) => ({ pattern, perSecond }));
  return actions.map((action) => {
    const path = action.path.replace(/^\/api\/[^/]+\//u, '');
    const limit = limits.find(({ pattern }) => fits(pattern, path));
    return limit ? limitedTo(limit.perSecond, action) : action;
  });
}

function fits(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

function limitedTo<State>(perSecond: number, action: Action<State>): Action<State> {
  let taken: number[] = [];
  return {
    ...action,
    handle(call) {
      const now = call.now();
      taken = taken.filter((atMs) => now - atMs < WINDOW_MS);
      if (taken.length >= perSecond) throw tooMany();
      taken.push(now);
      return action.handle(call);
    },
  };
}

function tooMany(): ApiError {
  const message = 'Request limit exceeded. Please try again later.';
  return new ApiError(429, 'REQUEST_LIMIT_EXCEEDED', message, { 'Retry-After': '1' });
}
