import { EPOCH } from '../clock.ts';
import { pick } from '../random.ts';
import { DAY, MINUTE, SECOND } from './dates.ts';
import { courseOf, upload } from './builds.ts';
import { addDeployment, addHistory, addVersion } from './make.ts';
import { addShowcase } from './showcase.ts';
import type { Deployment, Project } from './types.ts';

const SUBJECTS = ['invoice', 'demand', 'churn', 'image', 'sentiment', 'route', 'credit', 'ticket'];
const TASKS = [
  'classifier',
  'forecast',
  'ranker',
  'extractor',
  'detector',
  'summarizer',
  'matcher',
  'planner',
];

/** How many ordinary deployments, the first ones, keep receiving revisions. */
const BUSY = 6;

/**
 * Fills a project: deployments for special cases first, then ordinary ones up to `total`, each
 * created later than the one before.
 */
export function addCatalog(project: Project, total: number): void {
  const places = total - project.deployments.length;
  const createdAt = (place: number) => EPOCH - (places - place) * 6 * DAY - 3 * 60 * MINUTE;
  addShowcase(project, createdAt(0));
  addManyVersions(project, 'price-forecast', createdAt(1));
  addManyVersions(project, 'image-tagger', createdAt(2));
  addLongHistories(project, createdAt(3));
  addOrderRouter(project, createdAt(4));
  addWithoutDefault(project, createdAt(5));
  addDeployment(project, 'empty-service', createdAt(6), { labels: {} });
  for (let place = 7; place < places; place += 1) {
    addOrdinary(project, place - 7, createdAt(place));
  }
}

/** Thirty versions, v1 to v30; every tenth was never built, every seventh failed. */
function addManyVersions(project: Project, name: string, createdAt: number): void {
  const deployment = addDeployment(project, name, createdAt);
  const pause = Math.floor((EPOCH - createdAt) / 31);
  for (let number = 1; number <= 30; number += 1) {
    const version = addVersion(project, deployment, `v${number}`, createdAt + pause * number);
    if (number % 10 === 0) continue;
    const until = Math.min(version.createdAt + 5 * DAY, EPOCH - DAY);
    addHistory(version, 1 + (number % 3), until, number % 7 === 0 ? 'failed' : 'success');
  }
}

/** `fraud-scorer`: v1 with 150 revisions and one being built at EPOCH, v2 with 120, v3 with 110. */
function addLongHistories(project: Project, createdAt: number): void {
  const deployment = addDeployment(project, 'fraud-scorer', createdAt);
  const counts = [150, 120, 110];
  for (const [index, count] of counts.entries()) {
    const version = addVersion(project, deployment, `v${index + 1}`, createdAt + MINUTE * index);
    addHistory(version, count, EPOCH - DAY, index === 1 ? 'failed' : 'success');
  }
  const first = deployment.versions[0];
  if (first) upload(first, EPOCH - 30 * SECOND, courseOf('success', 2));
}

/** `order-router` has the variables of every level; variables.ts adds them. */
function addOrderRouter(project: Project, createdAt: number): void {
  const deployment = addDeployment(project, 'order-router', createdAt);
  for (const [index, name] of ['v1', 'v2', 'v3'].entries()) {
    const version = addVersion(project, deployment, name, createdAt + index * DAY);
    addHistory(version, 2, version.createdAt + 2 * DAY, 'success');
  }
}

/** `draft-service`: two versions that were never built, and no default. */
function addWithoutDefault(project: Project, createdAt: number): void {
  const deployment = addDeployment(project, 'draft-service', createdAt, { labels: {} });
  addVersion(project, deployment, 'draft-a', createdAt + MINUTE);
  addVersion(project, deployment, 'draft-b', createdAt + DAY);
  deployment.defaultVersion = null;
}

function addOrdinary(project: Project, place: number, createdAt: number): Deployment {
  const subject = SUBJECTS[place % SUBJECTS.length] ?? 'model';
  const task = TASKS[(place + Math.floor(place / SUBJECTS.length)) % TASKS.length] ?? 'model';
  const busy = place < BUSY;
  const deployment = addDeployment(project, `${subject}-${task}`, createdAt, { busy });
  const versions = 1 + pick(3, deployment.id, 'versions');
  const pause = Math.floor((EPOCH - DAY - createdAt) / (versions + 1));
  for (let number = 0; number < versions; number += 1) {
    const at = createdAt + pause * number + MINUTE;
    const version = addVersion(project, deployment, `v${number + 1}`, at);
    const failed = number > 0 && pick(6, version.id, 'failed') === 0;
    const uploads = 1 + pick(4, version.id, 'uploads');
    addHistory(version, uploads, at + pause, failed ? 'failed' : 'success');
  }
  return deployment;
}
