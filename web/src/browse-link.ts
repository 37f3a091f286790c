const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Where a run's page is opened; null where its address is nothing to be opened.
 *
 * With a sandbox behind us the real host names lead to the real services, which know nothing of
 * these runs: `browse` mirrors them, `http://127.0.0.1:4402/dev.azure.com/contoso/…`.
 */
export function browseLink(address: string, browse: string | null): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol)) return null;
  // https://dev.azure.com@elsewhere.example is made to be misread.
  if (url.username !== '' || url.password !== '') return null;
  if (browse === null || LOOPBACK.test(url.hostname)) return url.href;
  return `${browse.replace(/\/$/, '')}/${url.host}${url.pathname}${url.search}${url.hash}`;
}
