import type { Scene } from '../scene.ts';
import type { GeneratedRequest } from './request.ts';

/** An emulated service, as far as generated requests have to know it. */
export interface Target {
  readonly service: string;
  readonly host: (scene: Scene) => string;
  /** Headers with which a request is let in. */
  readonly credential: (scene: Scene) => Readonly<Record<string, string>>;
  /** Values that a part of a path or a field of this name may well have. */
  readonly plausible: (scene: Scene) => Readonly<Record<string, readonly unknown[]>>;
  /** What has to be there, so that more than refusals is met; it is made anew from time to time. */
  readonly before: (scene: Scene) => readonly Step[];
  /** Bodies that are right, to be spoiled in one place; by the path of their route. */
  readonly bodies: (scene: Scene) => Readonly<Record<string, unknown>>;
  /** How those are sent. */
  readonly sends: 'json' | 'form';
  /** What every query should have. */
  readonly query: Readonly<Record<string, string>>;
  /** The vendor's own answers with a status of 500 and more. */
  readonly fails?: (refusal: Refusal) => boolean;
  /** What is wrong with an answer that is a refusal; null: so the vendor refuses. */
  readonly wrongWith: (refusal: Refusal) => string | null;
}

export interface Step {
  readonly request: GeneratedRequest;
  /** What is to be remembered of its answer, and where it stands there. */
  readonly learn?: Readonly<Record<string, string>>;
}

export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** The body as JSON; null: it is none. */
  readonly json: Readonly<Record<string, unknown>> | null;
  readonly request: GeneratedRequest;
}
