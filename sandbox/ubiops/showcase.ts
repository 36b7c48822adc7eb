import { EPOCH } from '../clock.ts';
import { DAY, SECOND } from './dates.ts';
import { courseOf, upload } from './builds.ts';
import { addDeployment, addHistory, addVersion } from './make.ts';
import type { Deployment, Project } from './types.ts';

const SLOW = 4;
const BEGUN = EPOCH - 20 * DAY;
const RECENT = EPOCH - DAY;

/**
 * The deployment `showcase`: one version for each thing a version can say. What is in progress at
 * EPOCH ends at most 220 seconds later.
 */
export function addShowcase(project: Project, createdAt: number): void {
  const showcase = addDeployment(project, 'showcase', createdAt, {
    labels: { team: 'support', tier: 'gold' },
  });
  const version = (name: string) => addVersion(project, showcase, name, BEGUN);
  const started = (secondsAgo: number) => EPOCH - secondsAgo * SECOND;

  addHistory(version('available'), 3, RECENT, 'success');
  version('no-build');

  const failedBuild = version('failed-build');
  upload(failedBuild, RECENT - DAY, courseOf('failed'));
  upload(failedBuild, RECENT, courseOf('failed'));

  upload(version('running-build'), started(100), courseOf('success', SLOW));
  upload(version('queued-build'), started(20), courseOf('success', SLOW));

  const building = version('building');
  building.reports = 'progress';
  upload(building, started(60), courseOf('failed', SLOW));

  const failed = version('failed');
  failed.reports = 'progress';
  upload(failed, RECENT, courseOf('failed'));

  const failedUpdate = version('failed-update');
  upload(failedUpdate, RECENT - DAY, courseOf('success'));
  upload(failedUpdate, RECENT, courseOf('failed'));

  const cancelled = version('cancelled-build');
  upload(cancelled, RECENT, courseOf('cancelled'));

  const all = version('all-builds');
  addHistory(all, 8, RECENT, 'success');
  upload(all, started(220), courseOf('success', SLOW));
  upload(all, started(180), courseOf('failed', SLOW));
  upload(all, started(100), courseOf('success', SLOW));
  upload(all, started(20), courseOf('success', SLOW));

  if (project.generation === '4.12') addEmptyRevision(project, showcase);
}

/** A version whose only revision holds no file, which 4.12 tells by `empty`. */
function addEmptyRevision(project: Project, showcase: Deployment): void {
  const version = addVersion(project, showcase, 'empty-revision', BEGUN);
  upload(version, RECENT, courseOf('success'));
  for (const revision of version.revisions) revision.empty = true;
}
