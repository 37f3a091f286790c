/** Something that happened, as subscribers are told of it. */
export interface HookEvent {
  /** The same for all subscribers. */
  readonly id: string;
  readonly eventType: string;
  readonly atMs: number;
  readonly message: Message;
  readonly detailedMessage: Message;
  /** What it happened to, in a version of the resource. */
  readonly resourceIn: (version: string) => Readonly<Record<string, unknown>>;
  /** The same with no more than ids and addresses. */
  readonly minimal: Readonly<Record<string, unknown>>;
  /** What a subscription can choose by; several values: any of them. */
  readonly traits: Readonly<Record<string, string | readonly string[]>>;
}

export interface Message {
  readonly text: string;
  readonly html: string;
  readonly markdown: string;
}

/** A message with one thing in it that leads to a page. */
export function linkedMessage(before: string, name: string, url: string, after: string): Message {
  return {
    text: `${before}${name}${after}`,
    html: `${html(before)}<a href="${html(url)}">${html(name)}</a>${html(after)}`,
    markdown: `${before}[${name}](${url})${after}`,
  };
}

function html(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
