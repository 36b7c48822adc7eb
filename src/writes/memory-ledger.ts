import { randomUUID } from 'node:crypto';
import { type Ledger, LEASE_MS, REMEMBER_MS } from './ledger.ts';
import type { Outcome } from './outcome.ts';

interface Line {
  fingerprint: string;
  reference: string;
  owner: string;
  leasedUntil: number;
  forgottenAt: number;
  sent?: { mark: string | null };
  outcome?: Outcome;
}

/** A ledger for one process. */
export function createMemoryLedger(now: () => number = Date.now): Ledger {
  /** In the order of their beginning, which is that of their end. */
  const lines = new Map<string, Line>();

  const forgetOld = () => {
    for (const [key, { forgottenAt }] of lines) {
      if (forgottenAt > now()) return;
      lines.delete(key);
    }
  };

  const ownLine = (key: string, owner: string) => {
    const line = lines.get(key);
    return line?.owner === owner ? line : undefined;
  };

  return {
    async begin(key, fingerprint, owner) {
      forgetOld();
      const line = lines.get(key);
      const leasedUntil = now() + LEASE_MS;
      if (!line) {
        const reference = newReference();
        const forgottenAt = now() + REMEMBER_MS;
        lines.set(key, { fingerprint, reference, owner, leasedUntil, forgottenAt });
        return { state: 'yours', reference };
      }
      if (line.fingerprint !== fingerprint) return { state: 'conflict' };
      if (line.outcome) return { state: 'done', outcome: line.outcome };
      if (line.leasedUntil > now()) return { state: 'running' };
      Object.assign(line, { owner, leasedUntil });
      const { reference, sent } = line;
      if (!sent) return { state: 'yours', reference };
      return { state: 'sent', sent: { reference, mark: sent.mark } };
    },
    async keep(key, owner) {
      const line = ownLine(key, owner);
      if (line) line.leasedUntil = now() + LEASE_MS;
    },
    async send(key, owner, mark) {
      const line = ownLine(key, owner);
      if (line) line.sent = { mark };
      return line !== undefined;
    },
    async end(key, owner, outcome) {
      const line = ownLine(key, owner);
      if (line) line.outcome = outcome;
    },
    async giveUp(key, owner, sent) {
      const line = ownLine(key, owner);
      if (line && sent) line.leasedUntil = 0;
      else if (line) lines.delete(key);
    },
  };
}

/** Short, letters and digits: providers put it into fields of their own. */
export function newReference(): string {
  return randomUUID().replaceAll('-', '');
}
