import * as fc from 'fast-check';

export const NODE_TYPES = [
  'Provider',
  'Scope',
  'Deployment',
  'Version',
  'Build',
  'Revision',
  'EnvironmentVariable',
] as const;

/** What has broken out of paths, queries, headers and tables before. */
const FAMOUS = [
  '',
  '.',
  '..',
  '../..',
  '..%2f..',
  '%2e%2e',
  '%',
  '%00',
  '/',
  '//',
  '\\',
  '?',
  '?a=b',
  '#',
  'a?b=c#d',
  'a/b',
  'a,b',
  ';',
  ' ',
  '\t',
  '\n',
  '\r\nx: y',
  '\0',
  '\u007f',
  '\u202e',
  '\ufeff',
  '\ud800',
  '\udfff',
  'é',
  'e\u0301',
  '😀',
  '*',
  '"',
  "'",
  '`',
  '$',
  '{}',
  '[]',
  '${HOME}',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  '-1',
  '0',
  '1e309',
  '9007199254740993',
  'http://127.0.0.1:1/',
];

/** Texts that are meant to break something, and any others. */
export const nasty: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...FAMOUS) },
  { weight: 2, arbitrary: fc.string({ maxLength: 20 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...FAMOUS), fc.string({ maxLength: 5 }))
      .map(([famous, more]) => `${more}${famous}${more}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('a', '../', 'é', '%'), fc.nat(1_000))
      .map(([text, times]) => text.repeat(times)),
  },
);

/** What was right, with a piece cut off, a bit turned, a piece doubled or something put in. */
export function spoilt(right: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    fc.tuple(right, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))),
    fc.tuple(right, fc.nat(), fc.nat(6)).map(([text, at, bit]) => turn(text, at, bit)),
    fc.tuple(right, fc.nat()).map(([text, at]) => text + text.slice(at % (text.length + 1))),
    fc
      .tuple(right, fc.nat(), nasty)
      .map(([text, at, more]) => insert(text, at % (text.length + 1), more)),
    right.map((text) => Buffer.from(text, 'base64url').toString('base64')),
    right,
    nasty,
    nasty.map((text) => Buffer.from(text).toString('base64url')),
  );
}

function turn(text: string, at: number, bit: number): string {
  const place = text.length === 0 ? 0 : at % text.length;
  const letter = String.fromCharCode((text.charCodeAt(place) || 0) ^ (1 << bit));
  return text.slice(0, place) + letter + text.slice(place + 1);
}

function insert(text: string, at: number, more: string): string {
  return text.slice(0, at) + more + text.slice(at);
}
