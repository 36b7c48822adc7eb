import type { StatusChange } from '../../../src/subscriptions/events.ts';
import type { ResumingClient } from './client.ts';

/** How what a client was told differs from what the log holds. */
export interface Difference {
  name: string;
  expected: number;
  delivered: number;
  missed: number;
  repeated: number;
  /** Not where the log has it, though it is neither missed nor repeated. */
  disordered: number;
}

export function compareWithClient(
  { name, subject, told }: ResumingClient,
  changes: readonly StatusChange[],
): Difference {
  const expected = changes.filter(({ type }) => type === subject).map(toLine);
  const lines = told.map(({ to, ...rest }) => toLine({ ...rest, status: to }));
  const distinct = new Set(lines);
  return {
    name,
    expected: expected.length,
    delivered: lines.length,
    missed: expected.filter((line) => !distinct.has(line)).length,
    repeated: lines.length - distinct.size,
    disordered: lines.filter((line, index) => line !== expected[index]).length,
  };
}

export function isDifferent({ missed, repeated, disordered }: Difference): boolean {
  return missed + repeated + disordered > 0;
}

function toLine(
  change: Record<'cursor' | 'subjectId' | 'status', string> & { from: string | null },
) {
  return [change.cursor, change.subjectId, change.from, change.status].join(' ');
}

/** What the soak has shown, in one line. */
export function summaryOf(
  changes: readonly StatusChange[],
  differences: readonly Difference[],
  clients: readonly ResumingClient[],
): string {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  return [
    `${clients.length} clients`,
    `${changes.length} events`,
    `${sum(clients.map((client) => client.returns()))} returns`,
    `expected ${sum(differences.map(({ expected }) => expected))}`,
    `delivered ${sum(differences.map(({ delivered }) => delivered))}`,
    `missed ${sum(differences.map(({ missed }) => missed))}`,
    `repeated ${sum(differences.map(({ repeated }) => repeated))}`,
  ].join(', ');
}
