/** What a span tells beside its name: words of ours and numbers, never an id, a value or a secret. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Whether it is done here, asked of somebody else, or was asked by somebody else. */
export type SpanKind = 'internal' | 'client' | 'server';

/**
 * A stretch of work within a trace. Where there are no traces there is no span, and whoever would
 * tell it something has nothing to do.
 */
export interface Span {
  /** Begins a part of it, which may end later than the whole. */
  child(name: string, attributes?: Attributes, kind?: SpanKind): Span;
  rename(name: string): void;
  /** Ends it. `failure`: the code of the error, where it did not end well. */
  end(attributes?: Attributes, failure?: string): void;
  /** What is sent to a provider, so that its own spans join the trace; `undefined`: nothing is. */
  readonly traceparent: string | undefined;
}

export interface Tracer {
  /** Begins a trace, or what `traceparent` (of W3C Trace Context) says goes on here. */
  start(
    name: string,
    options?: { kind?: SpanKind; traceparent?: string | undefined; attributes?: Attributes },
  ): Span;
  /** Sends what was not sent yet. */
  close(): Promise<void>;
}
