import { createHash } from 'node:crypto';

/** Two viewers, whose keys are their names. */
export const VIEWERS = ['ada', 'bob'].map((name) => ({
  name,
  hash: createHash('sha256').update(name).digest('hex'),
  grants: [{ role: 'viewer' }],
}));
