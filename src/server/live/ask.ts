/** An operation as a client sends it. */
export interface Ask {
  query?: string | null | undefined;
  /** The hash of a trusted document, in place of its text. */
  documentId?: unknown;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
  extensions?: Record<string, unknown> | null | undefined;
}
