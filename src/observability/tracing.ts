import {
  type Context,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  SpanKind as OtelKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer as OtelTracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { TraceSettings } from './settings.ts';
import type { Attributes, Span, SpanKind, Tracer } from './span.ts';

/** Texts are ours, but for the names of operations. */
const LONGEST_TEXT = 256;

/** How long a collector that does not answer is waited for when the gateway closes. */
const CLOSING_MS = 3_000;

const KINDS: Record<SpanKind, OtelKind> = {
  internal: OtelKind.INTERNAL,
  client: OtelKind.CLIENT,
  server: OtelKind.SERVER,
};

/**
 * Makes spans and sends them to a collector. Only a gateway that traces loads this file, see
 * `wiring/tracer.ts`. Nothing is registered in the process: spans go from hand to hand with the call.
 */
export function createTracer(settings: TraceSettings): Tracer {
  const exporter = new OTLPTraceExporter({
    url: settings.url,
    headers: settings.headers,
    timeoutMillis: CLOSING_MS,
  });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': settings.serviceName }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(settings.sampleRatio) }),
    spanLimits: { attributeValueLengthLimit: LONGEST_TEXT },
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: CLOSING_MS })],
  });
  const tracer = provider.getTracer('deploygraph');
  return {
    start(name, { kind = 'internal', traceparent, attributes = {} } = {}) {
      const origin = { tracer, propagate: settings.propagate };
      return begin(origin, parentOf(traceparent), name, kind, attributes);
    },
    // A collector that is not there must not keep the gateway from ending.
    close: () => provider.shutdown().catch(() => undefined),
  };
}

interface Origin {
  tracer: OtelTracer;
  propagate: boolean;
}

function begin(
  origin: Origin,
  parent: Context,
  name: string,
  kind: SpanKind,
  attributes: Attributes,
): Span {
  const options = { kind: KINDS[kind], attributes };
  const span = origin.tracer.startSpan(name, options, parent);
  const own: Span = {
    child(childName, childAttributes = {}, childKind = 'internal') {
      if (!isSampled(span)) return own;
      const within = trace.setSpan(ROOT_CONTEXT, span);
      return begin(origin, within, childName, childKind, childAttributes);
    },
    rename: (newName) => void span.updateName(newName),
    end(last, failure) {
      if (last) span.setAttributes(last);
      if (failure !== undefined) {
        span.setAttribute('error.type', failure).setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
    traceparent: origin.propagate ? traceparentOf(span) : undefined,
  };
  return own;
}

function isSampled(span: OtelSpan): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}

function traceparentOf(span: OtelSpan): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** Version, trace, span and flags, as W3C Trace Context writes them; later versions may add parts. */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/;

function parentOf(traceparent: string | undefined): Context {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  // One of zeros is none, which the sampler sees.
  return traceId === '' ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}
