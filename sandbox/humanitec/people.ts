import { pick, uuidOf } from '../random.ts';

export interface Person {
  id: string;
  name: string;
  email?: string;
  type: 'user' | 'service';
  role: string;
  createdAt: string;
}

/** The service user that owns the token of the sandbox; pipelines deploy in its name. */
export const AUTOMATION: Person = {
  id: `s-${uuidOf('humanitec-user', 'automation')}`,
  name: 'sandbox-automation',
  type: 'service',
  role: 'administrator',
  createdAt: '2025-11-03T08:15:00Z',
};

/** The first is the user of the spec's examples. */
export const PEOPLE: readonly Person[] = [
  {
    id: '730c1f96-8ee5-4bff-8c22-898e0530b924',
    name: 'Jo Trigg',
    email: 'jo.trigg@awesomecorp.com',
    type: 'user',
    role: 'manager',
    createdAt: '2020-12-19T09:32:46Z',
  },
  person('Ada Okafor', 'administrator'),
  person('Björn Lindqvist', 'member'),
  person('Chen Wei', 'member'),
  AUTOMATION,
];

const HUMANS = PEOPLE.filter((each) => each.type === 'user');

/** The mail address of one of the people: what `created_by` holds in the spec's examples. */
export function emailOf(number: number): string {
  return HUMANS[number % HUMANS.length]?.email ?? '';
}

/** The user id of who is named in a `created_by`. */
export function userIdOf(createdBy: string): string {
  const known = PEOPLE.find((each) => each.email === createdBy || each.id === createdBy);
  return known?.id ?? uuidOf('humanitec-user', createdBy);
}

function person(name: string, role: string): Person {
  const email = `${(name.split(' ', 1)[0] ?? name)
    .normalize('NFD')
    .replace(/[^a-zA-Z]/g, '')
    .toLowerCase()}@example.com`;
  return {
    id: uuidOf('humanitec-user', email),
    name,
    email,
    type: 'user',
    role,
    createdAt: `2025-11-${10 + pick(18, email)}T10:00:00Z`,
  };
}
