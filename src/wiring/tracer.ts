import type { TraceSettings } from '../observability/settings.ts';
import type { Tracer } from '../observability/span.ts';

/** Loads what traces need, where there are to be any. */
export async function createTracerFor(
  settings: TraceSettings | undefined,
): Promise<Tracer | undefined> {
  if (!settings) return undefined;
  const { createTracer } = await import('../observability/tracing.ts');
  return createTracer(settings);
}
