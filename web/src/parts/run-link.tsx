import { browseLink } from '../browse-link.ts';
import { Theirs } from './theirs.tsx';

interface Props {
  readonly title: string;
  readonly detail: string;
  readonly url: string | null;
  readonly browse: string | null;
}

/** The name of a run, leading to its own page where it has one. */
export function RunLink({ title, detail, url, browse }: Props) {
  const href = url === null ? null : browseLink(url, browse);
  const name = (
    <>
      {title}
      {detail !== '' && (
        <>
          {' '}
          <span class="run-id">
            <Theirs text={detail} />
          </span>
        </>
      )}
    </>
  );
  if (href === null) return name;
  return (
    <a href={href} rel="noreferrer">
      {name}
    </a>
  );
}
