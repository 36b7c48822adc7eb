import type { Answer } from './gateway.ts';

/** Sends a document to a gateway, with the answer also as it came over the wire. */
export async function ask<Data = Record<string, never>>(
  url: string,
  document: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Answer<Data> & { text: string }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: document, variables }),
  });
  const text = await response.text();
  const body = JSON.parse(text) as Pick<Answer<Data>, 'data'> & Partial<Answer<Data>>;
  return {
    status: response.status,
    headers: response.headers,
    data: body.data,
    errors: body.errors ?? [],
    text,
  };
}
