/** The one way out: `globalThis.fetch` in production, a few lines in a test. */
export type Fetch = typeof globalThis.fetch;
