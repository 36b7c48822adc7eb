import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Authenticate, Viewer } from '../../auth/viewers.ts';
import type { Context } from '../../context.ts';
import { ErrorCode, GatewayError } from '../../errors.ts';
import { CLOSE, type Close } from './codes.ts';
import type { OpenSession, Peers, Session } from './session.ts';

/** Those who are behind the connections that are open. */
export interface Sessions {
  open: OpenSession;
  /**
   * Who may do what has changed: finds out anew who everybody is. What they follow goes on under
   * their new rights, without a gap. Whose credentials are not known any more is turned away; who
   * shared subscriptions with others, and is now shown something else than they, has to come back.
   */
  renew(): Promise<void>;
}

export interface SessionsOptions {
  authenticate: Authenticate;
  createContext: (
    viewer: Viewer,
    requestId: string,
    signal: AbortSignal,
    deadline: number,
  ) => Context;
}

/** So many kinds of viewers are found again; more of them only share less. */
const MAX_KINDS = 1_000;

/** A viewer that may be replaced. */
interface Role {
  viewer: Viewer;
}

/** `renewedAt`: in which generation its viewer was last told. */
interface Kind extends Role {
  renewedAt: number;
  peers: Peers;
}

interface Member extends Role {
  presented: object;
  kind: Kind;
  end: (why: Close) => void;
}

export function createSessions({ authenticate, createContext }: SessionsOptions): Sessions {
  const kinds = new LRUCache<string, Kind>({ max: MAX_KINDS });
  const members = new Set<Member>();
  let generation = 0;

  const kindOf = (viewer: Viewer): Kind => {
    const { fingerprint } = viewer.grants;
    const known = kinds.get(fingerprint);
    if (known) return known;
    const role = { viewer, renewedAt: generation };
    const peers = Object.assign(toSession(role, createContext), { id: randomUUID() });
    const kind = Object.assign(role, { peers });
    kinds.set(fingerprint, kind);
    return kind;
  };

  const renewMember = async (member: Member): Promise<void> => {
    const { kind } = member;
    try {
      member.viewer = await authenticate(member.presented);
    } catch (error) {
      const isUnknown = error instanceof GatewayError && error.code === ErrorCode.UNAUTHENTICATED;
      return member.end(isUnknown ? CLOSE.unauthorized : CLOSE.restart);
    }
    const { fingerprint } = member.viewer.grants;
    if (kind.renewedAt !== generation) {
      kind.renewedAt = generation;
      kind.viewer = member.viewer;
      if (!kinds.has(fingerprint)) kinds.set(fingerprint, kind);
    } else if (kind.viewer.grants.fingerprint !== fingerprint) {
      member.end(CLOSE.restart);
    }
  };

  return {
    async open(headers, parameters) {
      const openedAt = generation;
      const presented = { ...headers, ...parameters };
      const role = { viewer: await authenticate(presented) };
      const kind = kindOf(role.viewer);
      return Object.assign(toSession(role, createContext), {
        peers: kind.peers,
        attend(end: (why: Close) => void) {
          const member: Member = Object.assign(role, { presented, kind, end });
          members.add(member);
          // It was found out under a configuration that is gone by now.
          if (openedAt !== generation) void renewMember(member);
          return () => void members.delete(member);
        },
      });
    },
    async renew() {
      generation += 1;
      kinds.clear();
      await Promise.all([...members].map(renewMember));
    },
  };
}

/** Whoever has the role now. */
function toSession(role: Role, createContext: SessionsOptions['createContext']): Session {
  return {
    get grants() {
      return role.viewer.grants;
    },
    get locate() {
      return role.viewer.locate;
    },
    createContext: (...about) => createContext(role.viewer, ...about),
  };
}
