import type { CheckoutStep, Step } from '../model/pipeline.ts';
import type { RunPlan, RunSource } from '../runs/run-plan.ts';

/** A repository in a job. */
export interface CheckedOut {
  readonly source: RunSource;
  /** Below the folder of the job: `s`, or `s/NAME` where there are several. */
  readonly path: string;
}

/**
 * What the checkouts of a job check out, and where to.
 * Source: docs/pipelines/repos/multi-repo-checkout.md of azure-devops-docs, "Checkout path"
 */
export function checkedOut(
  steps: readonly Step[],
  plan: RunPlan,
): ReadonlyMap<CheckoutStep, CheckedOut> {
  const checkouts = steps.filter((step) => step.kind === 'checkout');
  return new Map(
    checkouts.map((step) => {
      const source = plan.sources.get(step.repository.toLowerCase());
      if (!source) throw new Error(`The repository ${step.repository} was not looked up`);
      const usual = checkouts.length === 1 ? 's' : `s/${source.name}`;
      return [step, { source, path: step.path ?? usual }];
    }),
  );
}
