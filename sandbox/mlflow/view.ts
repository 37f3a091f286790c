import { invalidParameter } from './mlflow-error.ts';

/** Source: mlflow/mlflow mlflow/protos/service.proto, ViewType. */
export const VIEWS = { ACTIVE_ONLY: 1, DELETED_ONLY: 2, ALL: 3 } as const;

/** Whether a thing in this state of life is to be shown. */
export function viewOf(view: keyof typeof VIEWS = 'ACTIVE_ONLY') {
  return (stage: 'active' | 'deleted'): boolean =>
    view === 'ALL' || (view === 'DELETED_ONLY') === (stage === 'deleted');
}

/** Source: mlflow/mlflow sqlalchemy_store.py, _validate_max_results_param. */
export function checkPageSize(size: number): void {
  if (size >= 1) return;
  throw invalidParameter(
    `Invalid value ${size} for parameter 'max_results' supplied. It must be a positive integer`,
  );
}
