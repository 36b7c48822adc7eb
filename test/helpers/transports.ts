import { openInitialised, openStream } from './connections.ts';
import { waitFor } from './wait-for.ts';

/** One answer as a client reads it. */
export interface Body {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string } }[];
}

export type Send = (url: string, request: Record<string, unknown>) => Promise<Body>;

/** One operation over each transport. */
export const TRANSPORTS = {
  HTTP: async (url, request) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    return (await response.json()) as Body;
  },
  WebSocket: async (url, request) => {
    const client = await openInitialised(url);
    client.send({ id: '1', type: 'subscribe', payload: { query: '', ...request } });
    const message = await waitFor('an answer', () => client.messages.find(({ id }) => id === '1'));
    client.socket.close();
    // The protocol's two forms: errors alone, or a result.
    const payload = message.payload as unknown;
    return (message.type === 'error' ? { errors: payload } : payload) as Body;
  },
  SSE: async (url, request) => {
    const stream = await openStream(url, request);
    let text = '';
    for await (const part of stream) text += (part as Buffer).toString();
    const [, data = text] = /^data: (.+)$/m.exec(text) ?? [];
    return JSON.parse(data) as Body;
  },
} satisfies Record<string, Send>;
