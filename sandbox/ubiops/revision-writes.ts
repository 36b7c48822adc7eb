import { createHash } from 'node:crypto';
import { uuidOf } from '../random.ts';
import { fileUploaded, record } from './audit.ts';
import * as check from './body.ts';
import { cancel, courseOf, isRunning, rebuild, stateOf, upload, USERS } from './builds.ts';
import type { find } from './find.ts';
import { BadForm, partsOf } from './multipart.ts';
import { Refused } from './query.ts';
import type { Build, Deployment, Project, Revision, Version } from './types.ts';
import { createZipCheck } from './zip.ts';

/** A template that anybody may deploy; `template_deployment_id` names it. */
export const TEMPLATE_ID = uuidOf('ubiops', 'template-deployment', 'hello-world');

interface Place {
  project: Project;
  deployment: Deployment;
  version: Version;
}

/** What arrived of a file. */
export interface Received {
  bytes: number;
  sha256: string;
}

/** What the fields of an upload say; texts but the file, of which only the measures are kept. */
export interface Form {
  file?: Received & { name: string; isZip: boolean };
  texts: check.Body;
}

/** No text of the form needs more. */
const LONGEST_TEXT = 1_024;

/** Reads the form to its end; a file is counted and hashed, not kept. `see` is told as it goes on. */
export async function readForm(
  body: AsyncIterable<Buffer>,
  contentType: string,
  see: (received: Received) => void,
): Promise<Form> {
  const form: Form = { texts: {} };
  try {
    for await (const { name, fileName, content } of partsOf(body, contentType)) {
      if (name !== 'file') {
        form.texts[name] = await readText(content);
        continue;
      }
      const zip = createZipCheck();
      const hash = createHash('sha256');
      for await (const chunk of content) {
        zip.see(chunk);
        hash.update(chunk);
        see({ bytes: zip.bytes(), sha256: '' });
      }
      const received = { bytes: zip.bytes(), sha256: hash.digest('hex') };
      see(received);
      form.file = { ...received, name: fileName ?? '', isZip: zip.isZip() };
    }
  } catch (error) {
    if (error instanceof BadForm) throw new Refused(400, error.message);
    throw error;
  }
  return form;
}

async function readText(content: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of content) {
    text += chunk.toString('utf8');
    if (text.length > LONGEST_TEXT) throw new Refused(400, 'A field of the form is too long');
  }
  return text;
}

/**
 * A new revision with its build: of the uploaded file, of the file of another version, or of a
 * template. A file whose name has the word "broken" in it does not build.
 */
export function addRevision(
  at: ReturnType<typeof find>,
  form: Form,
  sourceOf: (deployment: string, version: string) => Version,
  now: number,
): { revision: Revision; build: Build } {
  const place = at.version();
  const { file } = form;
  const texts = check.bodyOf(form.texts, SOURCES);
  const source = findSource(texts, sourceOf, now);
  if ((file !== undefined) === (source !== undefined)) {
    throw new Refused(400, 'Either file or source_deployment and source_version must be provided');
  }
  if (file && !file.isZip) throw new Refused(400, 'The deployment file should be a zip file');
  const bytes = file?.bytes ?? source?.bytes;
  const added = upload(
    place.version,
    now,
    courseOf(file?.name.includes('broken') ? 'failed' : 'success'),
    {
      createdBy: USERS[0] ?? '',
      trigger: file ? 'Deployment file upload' : 'Deployment file copy',
      ...(bytes !== undefined && { bytes }),
    },
  );
  fileUploaded(place.project, place.deployment, place.version, now);
  return added;
}

const SOURCES = ['source_deployment', 'source_version', 'template_deployment_id'];

function findSource(
  texts: check.Body,
  sourceOf: (deployment: string, version: string) => Version,
  now: number,
): Partial<Revision> | undefined {
  const template = texts['template_deployment_id'];
  if (template !== undefined) {
    if (template !== TEMPLATE_ID) throw new Refused(404, 'The template deployment was not found');
    return {};
  }
  const deployment = check.optional(texts, 'source_deployment', check.name, undefined);
  const version = check.optional(texts, 'source_version', check.name, undefined);
  if (deployment === undefined && version === undefined) return undefined;
  if (deployment === undefined || version === undefined) {
    throw new Refused(400, 'source_deployment and source_version must be provided together');
  }
  const source = sourceOf(deployment, version);
  const active = stateOf(source, now).activeRevision;
  const revision = source.revisions.find(({ id }) => id === active) ?? source.revisions.at(-1);
  if (!revision || revision.empty) {
    throw new Refused(400, `The version ${version} has no deployment file`);
  }
  return revision;
}

/** One more build of a revision, which succeeds. */
export function rebuildRevision(place: Place & { revision: Revision }, now: number): Build {
  const { project, deployment, version, revision } = place;
  if (revision.empty) throw new Refused(400, 'The revision has no deployment file');
  const build = rebuild(version, now, courseOf('success'), revision);
  if (!build) throw new Refused(404, 'The revision was not found');
  const event = `Rebuilt version ${version.name} of deployment ${deployment.name}`;
  record(project, deployment, now, { action: 'update', event });
  return build;
}

/** "It can only be cancelled", and only while it goes on. */
export function updateBuild(place: Place, build: Build, value: unknown, now: number): void {
  const body = check.bodyOf(value, ['status']);
  check.required(body, 'status', check.oneOf(['cancelled']));
  if (!isRunning(build, now)) throw new Refused(400, 'The build has ended and cannot be cancelled');
  cancel(build, now);
  const event = `Cancelled a build of version ${place.version.name} of deployment ${place.deployment.name}`;
  record(place.project, place.deployment, now, { action: 'update', event });
}
