/** Nothing has happened yet: what to do. */
export function EmptyBoard() {
  return (
    <section class="empty" aria-labelledby="nothing-yet">
      <h2 id="nothing-yet">Nothing has happened yet</h2>
      <p>What happens in a registry appears here by itself. To see something happen:</p>
      <ul>
        <li>
          move a model version to another stage in the registry, or register a new version, or
        </li>
        <li>
          start a rule by hand, in the form under <a href="#by-hand">Start by hand</a>.
        </li>
      </ul>
      <p class="quiet">
        If a webhook was sent and nothing is here, look under <a href="#sources">Sources</a> for
        requests that were refused, and why.
      </p>
    </section>
  );
}
