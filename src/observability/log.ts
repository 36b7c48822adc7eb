import { type DestinationStream, type Logger, pino } from 'pino';

export interface LogSettings {
  logLevel: string;
  logFormat: 'auto' | 'json' | 'pretty';
}

/**
 * The gateway's log: a JSON object a line, or lines for people where somebody looks on. Everything
 * about one operation has its `requestId`.
 * @param output where it goes in place of the standard output
 */
export async function createLog(
  { logLevel: level, logFormat }: LogSettings,
  output?: DestinationStream,
): Promise<Logger> {
  const options = { level, serializers: { err: describeError } };
  const isTerminal = !output && process.stdout.isTTY;
  if (logFormat === 'json' || (logFormat === 'auto' && !isTerminal)) return pino(options, output);
  const { default: pretty } = await import('pino-pretty');
  return pino(
    options,
    pretty({
      sync: true,
      ignore: 'pid,hostname',
      translateTime: 'HH:MM:ss.l',
      ...(output && { destination: output }),
    }),
  );
}

/** What is told of an error, and of each of those that caused it. */
interface Told {
  type: string;
  message: string;
  code?: string;
  stack?: string | undefined;
  cause?: Told;
}

/** Causes may go round in circles. */
const MOST_CAUSES = 5;

/**
 * Tells of an error what it is and where it was thrown. What else libraries hang on it may hold
 * anything: requests with their headers, the arguments of commands.
 */
function describeError(error: unknown, depth = 0): Told {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error' };
  const code: unknown = 'code' in error ? error.code : undefined;
  const hasCause = error.cause instanceof Error && depth < MOST_CAUSES;
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' && { code }),
    stack: error.stack,
    ...(hasCause && { cause: describeError(error.cause, depth + 1) }),
  };
}
