import type { EventView } from '../../src/http/views.ts';

/** What we say, and what others wrote: theirs is set apart, so that it cannot pass for ours. */
export interface TitlePart {
  readonly by: 'us' | 'them';
  readonly text: string;
}

type Titled = Pick<EventView, 'type' | 'model' | 'version' | 'fields'>;

/** What happened, in words: `wine-quality version 3 moved from None to Staging`. */
export function eventTitle(event: Titled): readonly TitlePart[] {
  const tell = tellers.get(event.type);
  return tell ? tell(event) : [...said`${event.type}`, ...aside(subject(event))];
}

/** The same without its parts. */
export function plainTitle(event: Titled): string {
  return eventTitle(event)
    .map(({ text }) => text)
    .join('');
}

type Teller = (event: Titled) => readonly TitlePart[];

const tellers: ReadonlyMap<string, Teller> = new Map<string, Teller>(
  Object.entries({
    'model.created': ({ model }) => said`Model ${model} was created`,
    'model_version.created': (event) => [...subject(event), ...said` was created`],
    'model_version.stage_changed': (event) => [
      ...subject(event),
      ...said` moved`,
      ...given(' from ', event.fields['from_stage']),
      ...given(' to ', event.fields['to_stage']),
    ],
    'model_version.tag_set': (event) => [
      ...said`Tags were set on `,
      ...subject(event),
      ...given(': ', event.fields['tags']),
    ],
    'model_version.commented': (event) => [...said`A comment was made on `, ...subject(event)],
    'model_version.transition_requested': (event) => [
      ...subject(event),
      ...said` was proposed`,
      ...given(' for ', event.fields['to_stage']),
    ],
    'manual.requested': ({ fields }) => [
      ...said`${fields['name'] ?? ''} was requested by hand`,
      ...given(' for branch ', fields['branch']),
      ...given(' by ', fields['requested_by']),
    ],
  } satisfies Record<string, Teller>),
);

function subject({ model, version }: Titled): readonly TitlePart[] {
  if (model === '') return [];
  return version === '' ? said`${model}` : said`${model} version ${version}`;
}

/** A part that is left out, with its preposition, where there is nothing to say. */
function given(before: string, theirs: string | undefined): readonly TitlePart[] {
  return theirs === undefined || theirs === '' ? [] : [ours(before), { by: 'them', text: theirs }];
}

function aside(parts: readonly TitlePart[]): readonly TitlePart[] {
  return parts.length === 0 ? [] : [ours(': '), ...parts];
}

function said(words: TemplateStringsArray, ...theirs: readonly string[]): readonly TitlePart[] {
  return words.flatMap((word, index): TitlePart[] => {
    const text = theirs[index];
    return [
      ...(word === '' ? [] : [ours(word)]),
      ...(text === undefined ? [] : [{ by: 'them' as const, text }]),
    ];
  });
}

function ours(text: string): TitlePart {
  return { by: 'us', text };
}
