/** Text with everything in it that HTML would take for itself made harmless. */
export function escaped(text: string | number): string {
  return String(text).replace(/[&<>"']/gu, (character) => `&#${character.codePointAt(0)};`);
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 64rem; padding: 1.5rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .3rem; } h3 { font-size: 1rem; margin: 1rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }
summary { cursor: pointer; padding: .2rem 0; }
pre { background: #8881; padding: .6rem .8rem; overflow-x: auto; margin: .3rem 0; border-radius: 4px; font-size: 13px; }
pre.out { background: none; border-left: 3px solid #8884; } pre.bad { border-left: 3px solid #c33; }
.good { color: #17803d; } .bad { color: #c33; } .dim { color: #777; }
:root { color-scheme: light dark; }`;

/** A page as text. `body` is HTML already; the title is not. */
export function htmlOf(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><h1>${escaped(title)}</h1>
${body}
</body></html>
`;
}

/** A page of an emulated service. `body` is HTML already; the title is not. */
export function page(title: string, body: string, status = 200): Response {
  return new Response(htmlOf(title, body), {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
    },
  });
}

/** A time for people, in UTC; empty where there is none. */
export function time(ms: number | null): string {
  return ms === null ? '' : new Date(ms).toISOString().replace('T', ' ').replace('Z', ' UTC');
}

/** A table; its cells are HTML already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const body = rows.map((row) => tableRow('td', row)).join('\n');
  return `<table><thead>${tableRow('th', head)}</thead><tbody>${body}</tbody></table>`;
}

function tableRow(tag: 'th' | 'td', cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
}
