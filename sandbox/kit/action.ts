/** One request, as the action that answers it sees it. */
export interface Call<State> {
  readonly request: Request;
  readonly url: URL;
  /** What the path's `:names` stood for, decoded; `*` at its end is called `rest`. */
  readonly params: Readonly<Record<string, string>>;
  readonly state: State;
  /** The sandbox's clock, in epoch milliseconds. */
  readonly now: () => number;
  /**
   * The body as JSON whatever its Content-Type says, `{}` when there is none.
   * @throws {SyntaxError} it is not JSON
   */
  json(): Promise<unknown>;
  /** The body as text. `json()` and `text()` may both be called, in any order. */
  text(): Promise<string>;
  /** Says who is calling, once a credential has been accepted: for the journal. */
  identify(principal: string): void;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'HEAD';

/** One endpoint of an emulated service; each has a file of its own. */
export interface Action<State> {
  readonly method: Method;
  /** `/api/:version/jobs/run-now`, `/:org/:project/_git/:repo/*`. */
  readonly path: string;
  /** Where its behaviour was read: a document, a specification, a recording. */
  readonly source: string;
  handle(call: Call<State>): Response | Promise<Response>;
}
