/**
 * Who of several instances does a thing that only one of them should do. In Redis, or in memory
 * where no Redis is configured: then there is one instance, and it always holds every lease.
 */
export interface Leases {
  /**
   * Takes the lease, or keeps it where this instance has it already, for `forMs` from now.
   * @returns the fencing token: a number that is higher for each new holder; undefined: another
   * instance holds it, or nobody can tell.
   */
  hold(name: string, forMs: number): Promise<number | undefined>;
  /** Gives a lease up, so that another instance can take it at once. */
  release(name: string): Promise<void>;
}
