import { createHash } from 'node:crypto';
import { print } from 'graphql';

/** A plugin of GraphQL Code Generator: each document by the SHA-256 of its text. */
export const plugin = (_schema, documents) => {
  const texts = documents.flatMap(({ document }) => (document ? [print(document)] : []));
  const byHash = texts.map((text) => [createHash('sha256').update(text).digest('hex'), text]);
  return JSON.stringify(Object.fromEntries(byHash.sort()), undefined, 2) + '\n';
};
