import { z } from 'zod';
import { flag, text } from '../settings.ts';

/** What the gateway shows of its work beside `/metrics` and its log. */
export const observabilitySettings = z
  .strictObject({
    /** Where traces go; absent: there are none, and nothing of OpenTelemetry is loaded. */
    traces: z
      .strictObject({
        /** The collector's address for OTLP over HTTP, for instance "http://localhost:4318/v1/traces". */
        url: text('the http or https URL of a collector').refine(isWebUrl, {
          error: 'write the http or https URL of a collector, without user',
        }),
        /** Sent with each batch, for collectors that want to know who sends. Holds secrets. */
        headers: z
          .record(z.string(), text('the value of a header'), { error: 'write headers by name' })
          .default({}),
        /** Of the traces that begin here, how many are kept: 1 is all. A caller's own are its choice. */
        sampleRatio: z
          .number({ error: 'write a number from 0 to 1' })
          .min(0, 'write a number from 0 to 1')
          .max(1, 'write a number from 0 to 1')
          .default(1),
        /** Whether providers are sent `traceparent`. */
        propagate: flag().default(false),
        serviceName: text('a name').default('deploygraph'),
      })
      .optional(),
  })
  .prefault({});
export type ObservabilitySettings = z.infer<typeof observabilitySettings>;
export type TraceSettings = NonNullable<ObservabilitySettings['traces']>;

function isWebUrl(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return Boolean(
    url && ['http:', 'https:'].includes(url.protocol) && !url.username && !url.password,
  );
}
