import type { Check } from './check.ts';
import type { SandboxProcess } from './sandbox-process.ts';

/** A real program or library that is let loose on the sandbox. */
export interface Client {
  readonly name: string;
  /** false: it is no program that anybody uses. */
  readonly isReal?: boolean;
  /** The checks that it makes, in their order. */
  sentences(): readonly string[];
  /** Brings what it needs, once; what is missing is said, and then it is not run. */
  prepare(): Promise<Prepared>;
}

export type Prepared =
  | {
      readonly kind: 'ready';
      readonly version: string;
      /** Makes the checks, one after the other. */
      run(sandbox: SandboxProcess, check: Check): Promise<void>;
    }
  | { readonly kind: 'absent'; readonly version: string | null; readonly because: string };
