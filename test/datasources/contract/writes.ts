import { expect, it } from '@jest/globals';
import type { ProviderSource } from '../../../src/datasources/provider.ts';
import type { ProviderWrites } from '../../../src/datasources/writes.ts';
import { ErrorCode } from '../../../src/errors.ts';
import { type Ref, toRef } from '../../../src/ids.ts';
import { Capability } from '../../../src/schema/enums.ts';
import type { NodeType } from '../../../src/schema/node.ts';
import { newCall, present } from '../../helpers/provider.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { change, newWrite, PLAIN_ORDER, type TestWrite, writesOf } from '../writing.ts';
import { type ContractCase, failureOf, NAME, type Under } from './case.ts';

/** What a provider says that it can do, and the methods that do it. */
const METHODS = new Map<Capability, (keyof ProviderWrites)[]>([
  [Capability.START_DEPLOYMENT, ['startDeployment']],
  [Capability.CANCEL_DEPLOYMENT, ['cancelDeployment']],
  [Capability.CONTINUE_DEPLOYMENT, ['continueDeployment']],
  [Capability.REDEPLOY, ['redeploy']],
  [Capability.ROLLBACK, ['rollback']],
  [Capability.MANAGE_SERVICES, ['createService', 'updateService', 'deleteService']],
  [Capability.MANAGE_VERSIONS, ['createVersion', 'updateVersion', 'deleteVersion']],
  [Capability.CANCEL_BUILD, ['cancelBuild']],
  [Capability.UPLOAD_REVISION, ['uploadRevision']],
  [Capability.DOWNLOAD_REVISION, ['downloadRevision']],
  [Capability.REBUILD_REVISION, ['rebuildRevision']],
  [Capability.WRITE_VARIABLES, ['setVariables', 'deleteVariables', 'checkVariableName']],
]);

type Attempt = (provider: Required<ProviderWrites>, ref: Ref, call: TestWrite) => Promise<unknown>;

/** Writes by the type of what they are done to. */
const ON_TYPE: Partial<Record<NodeType, [keyof ProviderWrites, Attempt][]>> = {
  Scope: [
    ['startDeployment', (to, ref, call) => to.startDeployment(ref, PLAIN_ORDER, call)],
    ['createService', (to, ref, call) => to.createService(ref, { name: 'made' }, call)],
    ['setVariables', (to, ref, call) => to.setVariables(ref, [change('A', 'b')], 'MERGE', call)],
    ['deleteVariables', (to, ref, call) => to.deleteVariables(ref, ['A'], call)],
  ],
  Deployment: [
    ['redeploy', (to, ref, call) => to.redeploy(ref, call)],
    ['rollback', (to, ref, call) => to.rollback(ref, call)],
    ['cancelDeployment', (to, ref, call) => to.cancelDeployment(ref, call)],
    ['continueDeployment', (to, ref, call) => to.continueDeployment(ref, call)],
    ['updateService', (to, ref, call) => to.updateService(ref, { ...CHANGED }, call)],
    ['deleteService', (to, ref, call) => to.deleteService(ref, call)],
    ['createVersion', (to, ref, call) => to.createVersion(ref, { name: 'made' }, call)],
  ],
  Version: [
    ['updateVersion', (to, ref, call) => to.updateVersion(ref, { description: 'd' }, call)],
    ['deleteVersion', (to, ref, call) => to.deleteVersion(ref, call)],
  ],
  Revision: [['rebuildRevision', (to, ref, call) => to.rebuildRevision(ref, call)]],
  Build: [['cancelBuild', (to, ref, call) => to.cancelBuild(ref, call)]],
};
const ABSENT = [
  ErrorCode.NOT_FOUND,
  ErrorCode.PROVIDER_REJECTED,
  ErrorCode.BAD_USER_INPUT,
  ErrorCode.UNSUPPORTED,
];
const CHANGED = { description: 'd', defaultVersion: undefined };

/** What `src/datasources/writes.ts` promises of every provider. */
export function describeWrites(contract: ContractCase, under: Under): void {
  const has = (method: keyof ProviderWrites) => under.provider[method] !== undefined;
  const sentWrites = () =>
    under.standIn.requests().filter(({ method, status }) => method !== 'GET' && status < 400);

  it('has the methods of its capabilities, and no others', () => {
    for (const [capability, methods] of METHODS) {
      const isAble = under.provider.capabilities.includes(capability);
      for (const method of methods) expect([method, has(method)]).toEqual([method, isAble]);
    }
  });

  it('changes nothing where there is nothing to change, and says so', async () => {
    under.standIn.clearRequests();
    const to = writesOf(under.provider);
    for (const [type, keys] of Object.entries(contract.unknown)) {
      for (const [method, attempt] of ON_TYPE[type as NodeType] ?? []) {
        if (!has(method)) continue;
        const codes = new Set<ErrorCode>();
        for (const each of keys) {
          const ref = toRef(NAME, type as NodeType, each);
          codes.add((await failureOf(attempt(to, ref, newWrite()))).code);
        }
        // Some are of a level where the provider has no such thing; a body may name what is missing.
        const isTold = [ErrorCode.NOT_FOUND, ErrorCode.PROVIDER_REJECTED].some((code) =>
          codes.has(code),
        );
        expect([method, isTold]).toEqual([method, true]);
        expect([...codes].filter((code) => !ABSENT.includes(code))).toEqual([]);
      }
    }
    expect(sentWrites()).toEqual([]);
  });

  it('checks names of variables without asking', () => {
    under.standIn.clearRequests();
    const owner = firstOwner(contract);
    const { checkVariableName } = writesOf(under.provider);
    expect(checkVariableName(owner, '')).toMatch(/\.$/);
    expect(checkVariableName(owner, 'COLOUR')).toBeUndefined();
    expect(under.standIn.requests()).toEqual([]);
  });

  it('sets and deletes variables one by one, and tells of each in order', async () => {
    const owner = { ...firstOwner(contract) };
    const to = writesOf(under.provider);
    const codesOf = async (writing: ReturnType<typeof to.setVariables>) =>
      (await withTime(under, writing)).map(({ name, error }) => [name, error?.code]);
    const changes = [change('COLOUR', 'red'), change('SHAPE', 'round')];
    expect(await codesOf(to.setVariables(owner, changes, 'MERGE', newWrite()))).toEqual([
      ['COLOUR', undefined],
      ['SHAPE', undefined],
    ]);
    expect(await ownValues(under.provider, owner)).toMatchObject({ COLOUR: 'red', SHAPE: 'round' });
    const names = ['COLOUR', 'NEVER_MADE', 'SHAPE'];
    expect(await codesOf(to.deleteVariables(owner, names, newWrite()))).toEqual([
      ['COLOUR', undefined],
      ['NEVER_MADE', ErrorCode.NOT_FOUND],
      ['SHAPE', undefined],
    ]);
    expect(Object.keys(await ownValues(under.provider, owner))).not.toContain('COLOUR');
  });
}

function firstOwner({ variableOwners }: ContractCase): Ref {
  const owner = variableOwners.find(({ type, keys }) => type === 'Scope' && keys.length > 0);
  if (!owner) throw new Error('the case names no scope with variables');
  return toRef(NAME, owner.type, owner.keys);
}

async function ownValues(provider: ProviderSource, owner: Ref): Promise<Record<string, unknown>> {
  const levels = await provider.getVariableLevels([owner], { shadowed: false }, newCall());
  const own = present(levels, owner.id)?.find(({ ownerId }) => ownerId === owner.id);
  return Object.fromEntries((own?.variables ?? []).map(({ name, value }) => [name, value]));
}

/** Lets time go on where the provider does the change in the background. */
async function withTime<T>({ clock, standIn }: Under, writing: Promise<T>): Promise<T> {
  let isDone = false;
  const end = () => (isDone = true);
  writing.then(end, end);
  const isFollowed = () => standIn.requests().some(({ path }) => path.includes('/actions/'));
  await waitFor('the end of a write', () => {
    if (isFollowed()) clock.advance(5_000);
    return isDone;
  });
  return writing;
}
