/** What whoever asks may see. */
export interface Grants {
  /** A name for logs and for `viewer`. */
  viewer: string;
  /** Whether the values of environment variables may be shown. */
  canReadVariables: boolean;
}
