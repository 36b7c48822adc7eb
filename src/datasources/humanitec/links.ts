/** One link of a `Link` header: its target and its parameters (RFC 8288). */
const LINK = /<([^<>]*)>\s*((?:;[^;,<]*)*)/g;

/**
 * The `page` token of the next page out of a `Link: <...>; rel="next"` header. Only the token is
 * taken: the address itself is never asked, wherever it points.
 */
export function nextPageOf(link: string | undefined): string | undefined {
  for (const [, target = '', parameters = ''] of (link ?? '').matchAll(LINK)) {
    if (!/;\s*rel\s*=\s*"?next"?\s*(?:;|$)/i.test(parameters)) continue;
    // The base serves relative targets; it is never asked either.
    if (!URL.canParse(target, 'http://localhost')) return undefined;
    return new URL(target, 'http://localhost').searchParams.get('page') || undefined;
  }
  return undefined;
}
