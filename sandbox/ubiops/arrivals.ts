import { EPOCH } from '../clock.ts';
import { deploymentCreated, fileUploaded, versionCreated } from './audit.ts';
import { courseOf, upload } from './builds.ts';
import { MINUTE } from './dates.ts';
import { addDeployment, addVersion } from './make.ts';
import type { Project } from './types.ts';

/** One arrival a minute: number 0 is there at EPOCH. */
const EVERY_MS = MINUTE;

/**
 * What goes on in the two projects while time passes. The n-th arrival comes n minutes after EPOCH:
 * odd ones in `seed`, even ones in `current`, which so begins with a `trial-0` about to be built. Every fifth is a new deployment `trial-<n>` with its
 * first version; the others are an upload to the newest version of a busy deployment, in turn. Each
 * is built in one minute; two of ten uploads and each second new deployment of `seed` fail.
 *
 * The result adds everything that has arrived by `now`; call it before each answer.
 */
export function createArrivals(seed: Project, current: Project): (now: number) => void {
  let arrived = -1;
  return (now) => {
    const due = Math.floor((now - EPOCH) / EVERY_MS);
    while (arrived < due) {
      arrived += 1;
      arrive(arrived % 2 === 1 ? seed : current, arrived, EPOCH + arrived * EVERY_MS);
    }
  };
}

function arrive(project: Project, number: number, at: number): void {
  const course = courseOf(number % 5 === 2 || number % 20 === 15 ? 'failed' : 'success');
  if (number % 5 === 0) {
    const deployment = addDeployment(project, `trial-${number}`, at);
    const version = addVersion(project, deployment, 'v1', at);
    deploymentCreated(project, deployment);
    versionCreated(project, deployment, version);
    upload(version, at, course);
    fileUploaded(project, deployment, version, at);
    return;
  }
  const busy = project.deployments.filter((deployment) => deployment.busy);
  const deployment = busy[Math.floor(number / 2) % busy.length];
  const version = deployment?.versions.at(-1);
  if (!deployment || !version) return;
  upload(version, at, course);
  fileUploaded(project, deployment, version, at);
}
