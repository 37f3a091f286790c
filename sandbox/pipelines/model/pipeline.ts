/** A pipeline that can run: its file read, its templates expanded, everything in it supported. */
export interface Pipeline {
  /** The format of the run number; null: the usual one. */
  readonly name: string | null;
  readonly trigger: Trigger;
  readonly variables: readonly VariableLine[];
  readonly stages: readonly Stage[];
  /** What the file says that makes no difference in the sandbox. */
  readonly notes: readonly string[];
}

export type Trigger =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'pushes';
      readonly branches: Filter | null;
      readonly tags: Filter | null;
      readonly paths: Filter | null;
    };

/** Patterns of names; without an `include`, everything is included. */
export interface Filter {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export type VariableLine =
  | {
      readonly kind: 'value';
      readonly name: string;
      readonly value: string;
      readonly readonly: boolean;
    }
  | { readonly kind: 'group'; readonly name: string };

export interface Stage {
  readonly name: string;
  readonly displayName: string;
  readonly dependsOn: readonly string[];
  /** null: `succeeded()` */
  readonly condition: string | null;
  readonly variables: readonly VariableLine[];
  readonly jobs: readonly Job[];
}

export interface Job {
  readonly name: string;
  readonly displayName: string;
  readonly dependsOn: readonly string[];
  readonly condition: string | null;
  readonly continueOnError: boolean;
  /** 0: as long as it likes. */
  readonly timeoutMinutes: number;
  readonly cancelTimeoutMinutes: number;
  readonly variables: readonly VariableLine[];
  readonly steps: readonly Step[];
}

export type Step = ScriptStep | CheckoutStep;

interface AnyStep {
  /** What output variables are found under. */
  readonly name: string;
  readonly displayName: string;
  readonly condition: string | null;
  readonly continueOnError: boolean;
  readonly env: readonly (readonly [string, string])[];
  /** null: as long as the job. */
  readonly timeoutMinutes: number | null;
  readonly retries: number;
}

export interface ScriptStep extends AnyStep {
  readonly kind: 'script';
  readonly task: 'CmdLine' | 'Bash';
  readonly text:
    | { readonly kind: 'inline'; readonly script: string }
    | { readonly kind: 'file'; readonly path: string; readonly arguments: string };
  readonly workingDirectory: string | null;
  readonly failOnStderr: boolean;
}

export interface CheckoutStep extends AnyStep {
  readonly kind: 'checkout';
  /** 0: the whole history. */
  readonly fetchDepth: number;
  readonly persistCredentials: boolean;
  /** Below the folder of the job; null: `s`. */
  readonly path: string | null;
}
