import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { ErrorCode, GatewayError, refuse } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import type { Build } from '../../schema/build.ts';
import type { Revision } from '../../schema/revision.ts';
import type { Call } from '../provider.ts';
import type { ProviderWrites, WriteCall } from '../writes.ts';
import type { Context } from './context.ts';
import { one } from './fields.ts';
import { partPathOf, pathOf, uuidOf, versionOf } from './keys.ts';
import { fileForm, type Form, textForm } from './multipart.ts';
import { buildRow, revisionBuildRow, revisionRow } from './payloads.ts';
import * as target from './target.ts';
import type { Generation } from './version-payloads.ts';

type Writes = Required<
  Pick<
    ProviderWrites,
    'uploadRevision' | 'downloadRevision' | 'copyRevision' | 'rebuildRevision' | 'cancelBuild'
  >
>;

/** What making a revision answers; from API 3.15 on there is no build but the revision itself. */
const CREATED = z.object({ revision: z.string().min(1), build: z.string().min(1).nullish() });

/** Files of versions and what is made of them: uploads, copies, builds and their end. */
export function createRevisionWrites(context: Context): Writes {
  const { http, provider } = context;

  const create = async (
    version: Ref,
    { body, type, length }: Form,
    call: WriteCall,
  ): Promise<z.infer<typeof CREATED>> => {
    const stream = { body, type, ...(length !== undefined && { length }) };
    return http.send('POST', `${pathOf(version)}/revisions`, { stream }, CREATED, call);
  };

  const readRevision = (version: Ref, uuid: string, call: Call): Promise<Revision> => {
    const row = revisionRow(version);
    const path = partPathOf(version, 'revisions', uuid);
    return target.orKnown(http.find(path, one(row), target.afresh(call)), row.parse({ id: uuid }));
  };

  const readBuild = (version: Ref, uuid: string, from: Generation, call: Call): Promise<Build> => {
    const row = buildRowOf(version, from);
    const path = partPathOf(version, from, uuid);
    return target.orKnown(http.find(path, one(row), target.afresh(call)), row.parse({ id: uuid }));
  };

  /** @throws GatewayError UNSUPPORTED where there is the object and not the route. */
  const unlessGone = async <T>(writing: Promise<T>, what: string): Promise<T> => {
    try {
      return await writing;
    } catch (error) {
      const isGone = error instanceof GatewayError && error.code === ErrorCode.NOT_FOUND;
      throw isGone ? gone(provider, what) : error;
    }
  };

  return {
    async uploadRevision(version, { stream, length }, call) {
      const form = fileForm(stream, length);
      try {
        const generation = target.generationOf(await target.needVersion(context, version, call));
        const created = await create(version, form, call);
        const [revision, build] = await Promise.all([
          readRevision(version, created.revision, call),
          readBuild(version, created.build ?? created.revision, generation, call),
        ]);
        return { revision, build };
      } catch (error) {
        const reason = error instanceof Error ? error : undefined;
        // The form was not read, or not to its end: nobody will read the file any more.
        form.body.destroy();
        stream.destroy(reason);
        throw error;
      }
    },

    async downloadRevision(revision, call) {
      const version = versionOf(revision);
      await target.needVersion(context, version, call);
      const path = `${partPathOf(version, 'revisions', uuidOf(revision))}/download`;
      const { stream, headers } = await http.download(path, call);
      return { stream, length: lengthOf(headers), filename: fileNameOf(revision) };
    },

    async copyRevision(version, from, call) {
      const source = 'version' in from ? target.sourceOf(from.version, version) : undefined;
      if ('version' in from && !source?.version) {
        throw refuse([], 'UbiOps copies files within one project. Download and upload the file.');
      }
      await Promise.all([
        target.needVersion(context, version, call),
        'version' in from && target.needVersion(context, from.version, call, 'fromVersionId'),
      ]);
      const fields: Record<string, string> =
        'templateId' in from
          ? { template_deployment_id: from.templateId }
          : {
              source_deployment: source?.deployment ?? '',
              source_version: source?.version ?? '',
            };
      const created = await create(version, textForm(fields), call);
      return readRevision(version, created.revision, call);
    },

    async rebuildRevision(revision, call) {
      const version = versionOf(revision);
      const path = partPathOf(version, 'revisions', uuidOf(revision));
      const [row, found] = await Promise.all([
        target.needVersion(context, version, call),
        http.find(path, one(revisionRow(version)), call),
      ]);
      if (!found) target.missing(context, revision);
      const schema = one(buildRowOf(version, target.generationOf(row)));
      const sending = http.send('POST', `${path}/rebuild`, { json: {} }, schema, call);
      return unlessGone(sending, 'build a revision again (API 3.15 to 4.11)');
    },

    async cancelBuild(build, call) {
      const version = versionOf(build);
      const generation = target.generationOf(await target.needVersion(context, version, call));
      const what = 'cancel a build (API 3.15 and later)';
      if (generation === 'revisions') throw gone(provider, what);
      const path = partPathOf(version, 'builds', uuidOf(build));
      const schema = one(buildRow(version));
      if (!(await http.find(path, schema, call))) target.missing(context, build);
      const json = { status: 'cancelled' };
      return unlessGone(http.send('PATCH', path, { json }, schema, call), what);
    },
  };
}

/** `undefined` where the provider does not tell, or tells how long it is when compressed. */
function lengthOf(headers: IncomingHttpHeaders): number | undefined {
  const length = Number(headers['content-length'] ?? Number.NaN);
  return headers['content-encoding'] === undefined && length >= 0 ? length : undefined;
}

/** What files have in their names everywhere. */
function fileNameOf({ keys: [, deployment, , version, , uuid] }: Ref): string {
  return `${deployment}_${version}_${uuid}.zip`.replace(/[^\w.-]/g, '_');
}

function buildRowOf(version: Ref, generation: Generation): z.ZodType<Build> {
  return generation === 'builds' ? buildRow(version) : revisionBuildRow(version);
}

function gone(provider: string, what: string): GatewayError {
  const message = `${provider} cannot ${what}: this generation of UbiOps’ API has no such request.`;
  return new GatewayError(ErrorCode.UNSUPPORTED, message, { provider });
}
