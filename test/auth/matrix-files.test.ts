import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { zipOf } from '../../sandbox/ubiops/zip.ts';
import { TRANSFER_PATHS } from '../../src/files/links.ts';
import { type Name, PROVIDERS } from './places.ts';
import { findTargets, PATHS, ROLE_NAMES, startWorld, type Targets, type World } from './world.ts';

const UPLOAD = `mutation ($id: ID!) {
  requestRevisionUpload(input: { versionId: $id }) { upload { url method } } }`;
const DOWNLOAD = 'query ($id: ID!) { node(id: $id) { ... on Revision { id downloadUrl } } }';

describe('file routes', () => {
  let world: World;
  const places = {} as Record<Name, { inside: Targets; outside: Targets }>;
  beforeAll(async () => {
    world = await startWorld(PATHS);
    for (const name of PROVIDERS) {
      places[name] = {
        inside: await findTargets(world, name, PATHS[name].inside),
        outside: await findTargets(world, name, PATHS[name].outside),
      };
    }
  });
  beforeEach(() => world.clear());
  afterAll(() => world.close());

  const uploadUrl = async (viewer: string, { version }: Targets) => {
    const { data } = await world.askAs<{
      requestRevisionUpload: { upload: { url: string } };
    } | null>(viewer, UPLOAD, { id: version });
    return data?.requestRevisionUpload.upload.url;
  };
  const downloadUrl = async (viewer: string, { revision }: Targets) => {
    const { data } = await world.askAs<{ node: { downloadUrl: string | null } | null }>(
      viewer,
      DOWNLOAD,
      { id: revision },
    );
    return data.node?.downloadUrl ?? undefined;
  };
  const ROUTES = {
    upload: {
      ask: uploadUrl,
      use: (url: string) => fetch(url, { method: 'PUT', body: zipOf('deployment.py', 'pass\n') }),
      sends: /^POST .*\/revisions$/,
      status: 201,
    },
    download: {
      ask: downloadUrl,
      use: (url: string) => fetch(url),
      sends: /^GET .*\/download$/,
      status: 200,
    },
  };
  type Kind = keyof typeof ROUTES;
  const KINDS = Object.keys(ROUTES) as Kind[];
  const transfers = () =>
    world.sent().filter((line) => KINDS.some((kind) => ROUTES[kind].sends.test(line)));

  it('are all here', () => {
    expect(KINDS).toEqual(Object.keys(TRANSFER_PATHS));
  });

  describe.each(KINDS)('for an %s', (kind) => {
    const { ask, use, sends, status } = ROUTES[kind];

    it.each(ROLE_NAMES)('give a %s a URL where they may deploy, and nowhere else', async (role) => {
      const may = role === 'deployer' || role === 'admin';
      for (const provider of PROVIDERS) {
        const { inside, outside } = places[provider];
        const url = await ask(`${role}-${provider}`, inside);
        expect([provider, url !== undefined]).toEqual([provider, may && provider === 'ubiops']);
        world.clear();
        expect(await ask(`${role}-${provider}`, outside)).toBeUndefined();
        expect(await ask(`stranger-${provider}`, inside)).toBeUndefined();
        expect(transfers()).toEqual([]);
        if (!url) continue;
        expect(world.sent()).toEqual([]);
        const answer = await use(url);
        await answer.arrayBuffer();
        expect(answer.status).toBe(status);
        expect(transfers()).toEqual([expect.stringMatching(sends)]);
        // Once, whoever has it.
        world.clear();
        expect((await use(url)).status).toBeGreaterThanOrEqual(400);
        expect(world.sent()).toEqual([]);
      }
    });

    it('take no URL for another object, another purpose or another signature', async () => {
      const { inside, outside } = places.ubiops;
      const url = (await ask('admin-ubiops', inside)) ?? '';
      const foreign = (await ask('everything', outside)) ?? '';
      const [content = '', signature = ''] = (url.split('/').at(-1) ?? '').split('.');
      const [other = ''] = (foreign.split('/').at(-1) ?? '').split('.');
      const base = url.slice(0, url.lastIndexOf('/'));
      const purposes = Object.values(TRANSFER_PATHS).filter((path) => !base.endsWith(path));
      const forged = [
        `${base}/${other}.${signature}`,
        `${base}/${content}.${signature.slice(0, -4)}AAAA`,
        `${base}/${content}`,
        ...purposes.map((path) => `${world.url}${path}/${content}.${signature}`),
      ];
      world.clear();
      for (const each of forged) {
        const verb = each.includes(TRANSFER_PATHS.upload) ? ROUTES.upload : ROUTES.download;
        const answer = await verb.use(each);
        expect([each, answer.status]).toEqual([each, 403]);
        expect(await answer.text()).toContain('FORBIDDEN');
      }
      expect(world.sent()).toEqual([]);
    });

    it('follow what is granted in the place, for viewers who see more than that', async () => {
      const { inside, outside } = places.ubiops;
      expect(await ask('mixed-ubiops', inside)).toBeDefined();
      expect(await ask('mixed-ubiops', outside)).toBeUndefined();
      expect(await ask('whole-viewer-ubiops', inside)).toBeUndefined();
      expect(await ask('whole-deployer-ubiops', outside)).toBeDefined();
    });
  });
});
