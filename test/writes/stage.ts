import { expect } from '@jest/globals';
import type { StandInName } from '../../sandbox/index.ts';
import type { TestGateway } from '../helpers/gateway.ts';

/** A write whose answer can be lost. */
export interface Case {
  provider: StandInName;
  mutation: string;
  /** The type of its input. */
  type: string;
  /** The one request that does it. */
  write: RegExp;
  /** Makes what it is done to anew, and the input. */
  prepare: () => Promise<Record<string, unknown>>;
  /** Sets a state, so that sending it twice is the same as once. */
  setsState?: true;
  /** The provider does it in the background. */
  takesTime?: true;
}
interface Payload {
  userErrors: { code: string; message: string }[];
}
interface Row {
  id: string;
  canRollback: boolean;
  canRedeploy: boolean;
}

/** The kinds of scopes that rollouts are made in. */
const KINDS = { cloud66: 'APPLICATION', cloudfoundry: 'APPLICATION', humanitec: 'ENVIRONMENT' };
export type Rolling = keyof typeof KINDS;

/** Where writes are tried: a gateway, and what has been used of its sandbox. */
export type Stage = ReturnType<typeof createStage>;

export function createStage(gateway: () => TestGateway) {
  /** Scopes that no case has used yet. */
  const scopes = new Map<string, string[]>();
  let turn = 0;

  async function query<Data>(document: string, variables: Record<string, unknown> = {}) {
    const { data, errors } = await gateway().query<Data>(document, variables);
    expect(errors).toEqual([]);
    return data;
  }

  /** A scope that no case has used yet, in which something can be gone back to. */
  async function freshScope(provider: Rolling): Promise<{ id: string; rows: Row[] }> {
    if (!scopes.has(provider)) {
      const { scopes: found } = await query<{ scopes: { nodes: { id: string }[] } }>(
        `{ scopes(filter: { providers: ["${provider}"], kinds: [${KINDS[provider]}] }, first: 100) { nodes { id } } }`,
      );
      scopes.set(
        provider,
        found.nodes.map(({ id }) => id),
      );
    }
    for (let id = scopes.get(provider)?.shift(); id; id = scopes.get(provider)?.shift()) {
      const { deployments, node } = await query<{
        deployments: { nodes: Row[] };
        node: { latestDeployment: { status: string } | null };
      }>(
        `query ($id: ID!) {
          deployments(filter: { scopeIds: [$id] }, first: 20) { nodes { id canRollback canRedeploy } }
          node(id: $id) { ... on Scope { latestDeployment { status } } } }`,
        { id },
      );
      const rows = deployments.nodes;
      const isQuiet = !/QUEUED|IN_PROGRESS|PAUSED/.test(node.latestDeployment?.status ?? '');
      if (isQuiet && rows.some(({ canRollback }) => canRollback)) return { id, rows };
    }
    throw new Error(`${provider} has no more scopes`);
  }

  async function send(
    { mutation, type }: Pick<Case, 'mutation' | 'type'>,
    input: Record<string, unknown>,
  ) {
    const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code message } } }`;
    const { data, errors } = await gateway().query<Record<string, Payload> | null>(document, {
      input,
    });
    const told = data?.[mutation]?.userErrors.map(({ code }) => code) ?? [];
    return [...errors.map(({ extensions }) => extensions.code), ...told];
  }

  async function make<Made>(mutation: string, type: string, input: object, fields: string) {
    const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${fields} userErrors { message } } }`;
    const made = await query<Record<string, Made>>(document, { input });
    const payload = made[mutation];
    if (!payload) throw new Error(`${mutation} made nothing`);
    return payload;
  }
  return {
    gateway,
    query,
    freshScope,
    send,
    make,
    newName: () => {
      turn += 1;
      return `lost-${turn}`;
    },
    /** Sets a variable of an owner. */
    set: (ownerId: string, name: string) =>
      make<unknown>(
        ...(['setEnvironmentVariables', 'SetEnvironmentVariablesInput'] as const),
        { ownerId, variables: [{ name, value: 'v' }] },
        'changedNames',
      ),
    /** Spoils the next of the requests that do the write. */
    spoil: (
      { provider, write }: Pick<Case, 'provider' | 'write'>,
      effect: { loseAnswer: true } | { drop: true },
    ): void => {
      const [, methods = '', path = ''] = /^\^\(?([A-Z|]+)\)? (.*)$/.exec(write.source) ?? [];
      gateway().sandbox[provider].setFaults(
        methods.split('|').map((method) => ({ method, path, times: 1, ...effect })),
      );
    },
  };
}
