import type { FastifyBaseLogger } from 'fastify';
import { createCall } from '../../datasources/http/call.ts';
import type { Call, ProviderSource } from '../../datasources/provider.ts';
import { toGatewayError } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import type { Timing } from './timing.ts';

/** All units of one provider, watched as they come and go. */
export interface WholeProvider {
  stop(): void;
}

export interface WholeOptions {
  provider: ProviderSource;
  timing: Timing;
  logger: FastifyBaseLogger;
  /** Begins to watch a unit; returns how to end it. */
  watch: (unit: Ref) => () => void;
  /** Which units; all of the provider unless said otherwise. */
  list?: (call: Call) => Promise<readonly Ref[]>;
}

/** Lists the units of a provider from time to time and watches those there are. */
export function watchWhole(options: WholeOptions): WholeProvider {
  const { provider, timing, logger, watch } = options;
  const list = options.list ?? ((call: Call) => provider.watch.listUnits(call));
  const controller = new AbortController();
  const watched = new Map<string, () => void>();
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;

  const refresh = async () => {
    try {
      const limited = AbortSignal.any([controller.signal, AbortSignal.timeout(timing.lookMs)]);
      const call = createCall(limited, timing.now() + timing.lookMs);
      const units = await list({ ...call, isBackground: true });
      if (controller.signal.aborted) return;
      const wanted = new Map(units.map((unit) => [unit.id, unit]));
      for (const [id, end] of watched) {
        if (wanted.has(id)) continue;
        end();
        watched.delete(id);
      }
      for (const [id, unit] of wanted) if (!watched.has(id)) watched.set(id, watch(unit));
      failures = 0;
    } catch (error) {
      if (controller.signal.aborted) return;
      failures += 1;
      const { code, message } = toGatewayError(error, provider.name);
      const details = { provider: provider.name, code, reason: message };
      if (failures === 1) logger.warn(details, 'What to watch cannot be listed; it is tried again');
    }
    // Without its list an instance cannot take over from one that is gone: it is soon asked again.
    const again = Math.min(timing.refreshMs / 10, timing.beatMs * 2 ** (failures - 1));
    const waitMs = failures === 0 ? timing.refreshMs : again;
    timer = setTimeout(() => void refresh(), waitMs);
  };
  void refresh();

  return {
    stop() {
      controller.abort(new Error('the provider is not watched any more'));
      clearTimeout(timer);
      for (const end of watched.values()) end();
      watched.clear();
    },
  };
}
