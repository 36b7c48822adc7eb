import { unprocessable } from './errors.ts';
import { metadataOf, problemsOfMetadata } from './metadata.ts';
import type { DeploymentOptions, Metadata } from './model.ts';

/** A request for a deployment that is sound in itself; whether what it names exists is not known. */
export interface CreateMessage {
  app: string;
  droplet: string | undefined;
  revision: string | undefined;
  options: DeploymentOptions;
  metadata: Metadata;
}

type Fields = Record<string, unknown>;

const FIELDS = ['relationships', 'droplet', 'revision', 'strategy', 'options', 'metadata'];
const OPTIONS = [
  'canary',
  'max_in_flight',
  'web_instances',
  'memory_in_mb',
  'disk_in_mb',
  'log_rate_limit_in_bytes_per_second',
];
const WEIGHT = 'Options.canary.steps.instance weight';

/** @throws RequestRefused that names everything that is wrong, as deployment_create_message.rb does */
export function parseCreateMessage(body: unknown): CreateMessage {
  const fields = isFields(body) ? body : {};
  const { strategy = 'rolling', options = {} } = fields;
  const droplet = textAt(fields, 'droplet', 'guid');
  const revision = textAt(fields, 'revision', 'guid');
  const problems: string[] = [];
  const unknown = Object.keys(fields).filter((name) => !FIELDS.includes(name));
  if (unknown.length > 0) problems.push(`Unknown field(s): '${unknown.join("', '")}'`);
  if (strategy !== 'rolling' && strategy !== 'canary') {
    problems.push(`Strategy '${String(strategy)}' is not a supported deployment strategy`);
  }
  if (droplet !== undefined && revision !== undefined) {
    problems.push("Droplet Cannot set both fields 'droplet' and 'revision'");
  }
  if (isFields(options)) problems.push(...problemsOf(options, strategy));
  else problems.push('Options must be an object');
  problems.push(...problemsOfMetadata(fields));
  if (problems.length > 0) throw unprocessable(...problems);
  return {
    app: textAt(fields, 'relationships', 'app', 'data', 'guid') ?? '',
    droplet,
    revision,
    options: toOptions(options as Partial<DeploymentOptions>, strategy),
    metadata: metadataOf(fields),
  };
}

/** A canary without steps has one of its own choice. */
function toOptions(options: Partial<DeploymentOptions>, strategy: unknown): DeploymentOptions {
  const { canary, ...rest } = options;
  return {
    ...rest,
    max_in_flight: options.max_in_flight ?? 1,
    ...(strategy === 'canary' && { canary: canary ?? { steps: [] } }),
  };
}

function problemsOf(options: Fields, strategy: unknown): string[] {
  const problems: string[] = [];
  const unknown = Object.keys(options).filter((name) => !OPTIONS.includes(name));
  if (unknown.length > 0) problems.push(`Options has unsupported key(s): ${unknown.join(', ')}`);
  if (isBelow(options.max_in_flight, 1)) {
    problems.push('Max in flight must be an integer greater than 0');
  }
  if (isBelow(options.web_instances, 0)) {
    problems.push('Web instances must be greater than or equal to 0');
  }
  if (isBelow(options.memory_in_mb, 1)) problems.push('Memory in mb must be greater than 0');
  if (isBelow(options.disk_in_mb, 1)) problems.push('Disk in mb must be greater than 0');
  if (isBelow(options.log_rate_limit_in_bytes_per_second, -1)) {
    problems.push('Log rate limit in bytes per second must be greater than or equal to -1');
  }
  if (options.canary !== undefined) problems.push(...problemsOfCanary(options.canary, strategy));
  return problems;
}

function problemsOfCanary(canary: unknown, strategy: unknown): string[] {
  if (!isFields(canary)) return ['Options.canary must be an object'];
  if (strategy !== 'canary') return ['Options.canary are only valid for Canary deployments'];
  const { steps } = canary;
  if (steps === undefined) return [];
  if (!Array.isArray(steps) || !steps.every(isFields)) {
    return ['Options.canary.steps must be an array of objects'];
  }
  const weights = steps.map((step) => step.instance_weight);
  if (!weights.every((weight) => typeof weight === 'number' && Number.isInteger(weight))) {
    return [`${WEIGHT} must be an Integer between 1-100 (inclusive)`];
  }
  const numbers = weights.map(Number);
  const problems: string[] = [];
  if (numbers.some((weight) => weight < 1 || weight > 100)) {
    problems.push(`${WEIGHT} must be an Integer between 1-100 (inclusive)`);
  }
  if (numbers.some((weight, index) => weight < (numbers[index - 1] ?? 0))) {
    problems.push(`${WEIGHT} must be sorted in ascending order`);
  }
  return problems;
}

function isBelow(value: unknown, least: number): boolean {
  if (value === undefined) return false;
  return typeof value !== 'number' || !Number.isInteger(value) || value < least;
}

function textAt(fields: Fields, ...path: string[]): string | undefined {
  const value = at(fields, ...path);
  return typeof value === 'string' ? value : undefined;
}

function at(value: unknown, ...path: string[]): unknown {
  let current = value;
  for (const key of path) current = isFields(current) ? current[key] : undefined;
  return current;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
