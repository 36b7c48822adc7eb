import type { FastifyBaseLogger } from 'fastify';
import { createCall } from '../datasources/http/call.ts';
import type { ProviderSource } from '../datasources/provider.ts';
import type { UndoStep } from '../datasources/writes.ts';
import { ErrorCode, GatewayError } from '../errors.ts';
import type { Journal } from './journal.ts';
import { newReference } from './memory-ledger.ts';

/** How often the journal is looked at: another instance may have ended in the middle of a write. */
const SWEEP_MS = 10_000;

/** How long taking one step back may take. */
const UNDO_MS = 60_000;

/** Takes back half-done writes, now and from time to time. Returns how to end it. */
export function keepRepairing(
  journal: Journal,
  providers: ReadonlyMap<string, ProviderSource>,
  log: FastifyBaseLogger,
): () => void {
  const undo = async (name: string, step: UndoStep) => {
    const provider = providers.get(name);
    if (!provider?.undo) throw notServed(name);
    const call = createCall(AbortSignal.timeout(UNDO_MS), Date.now() + UNDO_MS);
    const reference = newReference();
    const ownStep = (again: UndoStep) => journal.note(name, again);
    await provider.undo(step, { ...call, reference, journal: ownStep });
    log.warn(
      { provider: name, step: step.name, targetId: step.targetId },
      'took back a half-done write',
    );
  };
  let isSweeping = false;
  const sweep = () => {
    if (isSweeping) return;
    isSweeping = true;
    journal
      .repair(undo)
      .catch((error: unknown) =>
        log.warn({ err: error }, 'a half-done write is not taken back yet'),
      )
      .finally(() => {
        isSweeping = false;
      });
  };
  sweep();
  const timer = setInterval(sweep, SWEEP_MS);
  return () => {
    clearInterval(timer);
    journal.close();
  };
}

function notServed(provider: string): GatewayError {
  return new GatewayError(
    ErrorCode.UNSUPPORTED,
    `${provider}: the journal has a half-done write that this gateway cannot take back. Configure the provider it speaks of.`,
    { provider },
  );
}
