import type { ComponentChildren } from 'preact';

import type { Light, Sign } from '../verdict.ts';

interface Props {
  readonly light: Light;
  /** Without movement, where it stands for a kind and not for something that goes on. */
  readonly isStill?: boolean;
}

/** The shape and colour of a light; its word stands beside it. */
export function Lamp({ light, isStill = false }: Props) {
  const isTurning = light.sign === 'turning' && !isStill;
  return (
    <svg
      class={`lamp-sign tone-${light.tone}${isTurning ? ' is-turning' : ''}`}
      viewBox="0 0 20 20"
      aria-hidden="true"
    >
      {shapes[light.sign]}
    </svg>
  );
}

const OCTAGON = 'M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z';

const shapes: Readonly<Record<Sign, ComponentChildren>> = {
  check: (
    <>
      <circle class="body" cx="10" cy="10" r="9" />
      <path class="mark" d="M5.8 10.4l2.9 2.9 5.6-6.2" />
    </>
  ),
  cross: (
    <>
      <path class="body" d={OCTAGON} />
      <path class="mark" d="M6.8 6.8l6.4 6.4M13.2 6.8l-6.4 6.4" />
    </>
  ),
  clock: (
    <>
      <path class="body" d={OCTAGON} />
      <path class="mark" d="M10 5v5.3l3.4 2.2" />
    </>
  ),
  bar: (
    <>
      <circle class="body" cx="10" cy="10" r="9" />
      <path class="mark is-heavy" d="M5.4 10h9.2" />
    </>
  ),
  stop: (
    <>
      <rect class="body" x="1.5" y="1.5" width="17" height="17" rx="3" />
      <rect class="mark-fill" x="6.5" y="6.5" width="7" height="7" rx="1" />
    </>
  ),
  skip: (
    <>
      <rect class="body" x="0.5" y="3.5" width="19" height="13" rx="6.5" />
      <path class="mark" d="M6 7l3 3-3 3M11 7l3 3-3 3" />
    </>
  ),
  question: (
    <>
      <path
        class="body"
        d="M10 1.2a1.6 1.6 0 0 1 1.4.8l7.7 13.6a1.6 1.6 0 0 1-1.4 2.4H2.3a1.6 1.6 0 0 1-1.4-2.4L8.6 2a1.6 1.6 0 0 1 1.4-.8z"
      />
      <path class="mark" d="M8 8.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.6-.9 1.3" />
      <circle class="mark-fill" cx="10" cy="14.6" r="1.2" />
    </>
  ),
  break: (
    <>
      <path class="body" d="M10 .6l9.4 9.4-9.4 9.4L.6 10z" />
      <path class="mark" d="M4.6 10h3M12.4 10h3M8.6 12.6l2.8-5.2" />
    </>
  ),
  turning: (
    <>
      <circle class="ring" cx="10" cy="10" r="7.5" />
      <path class="arc" d="M10 2.5A7.5 7.5 0 0 1 17.5 10" />
    </>
  ),
  wait: (
    <>
      <circle class="ring is-strong" cx="10" cy="10" r="7.5" />
      <path class="arc" d="M10 5.8V10h3.2" />
    </>
  ),
  passed: <circle class="body" cx="10" cy="10" r="5.5" />,
  ahead: <circle class="ring is-strong is-thin" cx="10" cy="10" r="5" />,
};
