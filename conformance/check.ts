/** What became of one check. A check is a sentence about the sandbox, seen through a real client. */
export type Checked =
  | { readonly check: string; readonly ok: true }
  | { readonly check: string; readonly ok: false; readonly because: string };

/** Makes a check: it holds if `verify` comes to its end. */
export type Check = (sentence: string, verify: () => Promise<void> | void) => Promise<void>;

/** Checks whose results go to `report`, each as soon as it is known; none stops the others. */
export function checkingInto(report: (checked: Checked) => void): Check {
  return async (sentence, verify) => {
    try {
      await verify();
      report({ check: sentence, ok: true });
    } catch (error) {
      const because = error instanceof Error ? error.message : JSON.stringify(error);
      report({ check: sentence, ok: false, because });
    }
  };
}
