import type { Application, Environment } from './model.ts';

/** An application that holds nothing yet. */
export function toApplication(
  id: string,
  name: string,
  createdAt: number,
  createdBy: string,
  workloads: string[],
): Application {
  return {
    id,
    name,
    createdAt,
    createdBy,
    workloads,
    environments: [],
    sets: [],
    deltas: [],
    values: new Map(),
    versions: [],
    webhooks: [],
  };
}

/** An environment that was never deployed to. */
export function toEnvironment(
  id: string,
  name: string,
  type: string,
  createdAt: number,
  createdBy: string,
): Environment {
  return {
    id,
    name,
    type,
    createdAt,
    createdBy,
    deployments: [],
    overrides: new Map(),
    paused: false,
  };
}
