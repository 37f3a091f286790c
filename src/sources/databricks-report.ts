import type { Report } from './source.ts';

/** A tag of a model version. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Every tag of ours begins so, and nobody else's should. */
const PREFIX = 'signalbox.';

/** Every comment of ours begins so. */
const MARKER = '**Signalbox report**';

/** Source: databricks-sdk-py `databricks/sdk/service/ml.py`, `set_model_version_tag` */
const MAX_KEY_BYTES = 250;
const MAX_VALUE_BYTES = 5000;

/** Where there is nothing to write: an older report's value must not stand beside a new verdict. */
const NONE = 'none';

/**
 * The tags of a report, in the order in which they have to be written.
 *
 * `signalbox.verdict` is the latest verdict of any rule. At no moment does a green one stand beside
 * the proof of another delivery: it is written last, and any other first.
 */
export function tagsFor(report: Report): readonly Tag[] {
  const { verdict, links } = report;
  const rule = report.rule.replaceAll(/[^\w.: -]/g, '-');
  const own = (name: string) => `${PREFIX}${rule.slice(0, MAX_KEY_BYTES - 30)}.${name}`;
  // The engine names the evidence first, and the run that it started last.
  const run = links.at(-1)?.url ?? NONE;
  const evidence = links.length > 1 ? (links[0]?.url ?? NONE) : NONE;
  const proof = [
    { key: own('reason'), value: report.reason },
    { key: own('run'), value: run },
    { key: own('evidence'), value: evidence },
    { key: own('delivery'), value: report.delivery },
    { key: own('at'), value: new Date(report.endedAtMs).toISOString() },
  ];
  const verdicts = [
    { key: own('verdict'), value: verdict },
    { key: `${PREFIX}verdict`, value: verdict },
  ];
  const tags = verdict === 'succeeded' ? [...proof, ...verdicts] : [...verdicts, ...proof];
  return tags.map(({ key, value }) => ({ key, value: cut(value) || NONE }));
}

/** The comment of a report: Markdown in which nothing of anybody else's is Markdown. */
export function commentFor({ rule, delivery, verdict, reason, links }: Report): string {
  return [
    `${MARKER} ${asCode(delivery)}`,
    `**${verdict}**, by rule ${asCode(rule)}: ${asCode(cut(reason))}`,
    ...(links.length > 0
      ? [links.map(({ label, url }) => `- ${link(label, url)}`).join('\n')]
      : []),
  ].join('\n\n');
}

/** True for a tag that we wrote, or somebody who wants us to believe so. */
export function isOwnTag({ key }: Pick<Tag, 'key'>): boolean {
  return key.startsWith(PREFIX);
}

/** True for a comment that we wrote. */
export function isOwnComment(text: string): boolean {
  return text.startsWith(MARKER);
}

/** At most so many bytes, and no half characters. */
function cut(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_VALUE_BYTES) return text.toWellFormed();
  return new TextDecoder().decode(bytes.subarray(0, MAX_VALUE_BYTES), { stream: true });
}

/**
 * A code span, in which no sign means anything: its fence is longer than any inside of it.
 * Source: spec.commonmark.org, "Code spans"
 */
function asCode(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return line === '' ? '–' : `${fence} ${line} ${fence}`;
}

function link(label: string, url: string): string {
  const address = URL.canParse(url) ? new URL(url) : null;
  if (address?.protocol !== 'https:' && address?.protocol !== 'http:') return asCode(label);
  return `[${asCode(label)}](<${address.href}>)`;
}
