import { existsSync } from 'node:fs';
import { type Config, type Environment, loadConfig } from '../config.ts';

export const DEFAULT_CONFIG = 'deploygraph.yaml';
const SANDBOX_CONFIG = 'sandbox/deploygraph.yaml';

export interface ChosenConfig {
  config: Config;
  /** Nobody named a configuration and there is none: it is that of the sandbox. */
  isSandbox: boolean;
}

/**
 * The configuration that DEPLOYGRAPH_CONFIG names, else deploygraph.yaml, else the sandbox's.
 * @throws ConfigError
 */
export function chooseConfig(environment: Environment): ChosenConfig {
  const path =
    environment.DEPLOYGRAPH_CONFIG ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined);
  return {
    config: loadConfig(path ?? SANDBOX_CONFIG, environment),
    isSandbox: path === undefined,
  };
}
