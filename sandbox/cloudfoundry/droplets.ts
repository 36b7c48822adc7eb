import { hexOf } from '../random.ts';
import type { App, Droplet } from './model.ts';
import { datesOf, HIDDEN_IN_LISTS, metadataOf, toOne, type Present } from './present.ts';

/** A droplet as a list shows it: what would be executed is hidden. */
export const presentListedDroplet: Present<Droplet> = (droplet, origin) => ({
  ...presentDroplet(droplet, origin),
  execution_metadata: HIDDEN_IN_LISTS,
  process_types: { redacted_message: HIDDEN_IN_LISTS },
});

export const presentDroplet: Present<Droplet> = (droplet, origin) => {
  const { app, state } = droplet;
  const self = `${origin}/v3/droplets/${droplet.guid}`;
  const appLink = `${origin}/v3/apps/${app.guid}`;
  const isStaged = state === 'STAGED' || state === 'EXPIRED';
  const hasBits = state === 'STAGED' && app.lifecycle !== 'docker';
  return {
    ...datesOf(droplet),
    state,
    error: droplet.error,
    lifecycle: { type: app.lifecycle, data: {} },
    execution_metadata: '',
    process_types: isStaged ? { web: app.command } : null,
    checksum: hasBits ? { type: 'sha256', value: hexOf(64, 'checksum', droplet.guid) } : null,
    ...(isStaged ? contentsOf(app) : { buildpacks: null, stack: null, image: null }),
    relationships: { app: toOne(app.guid) },
    metadata: metadataOf(droplet),
    links: {
      self: { href: self },
      package: { href: `${origin}/v3/packages/${droplet.packageGuid}` },
      app: { href: appLink },
      assign_current_droplet: {
        href: `${appLink}/relationships/current_droplet`,
        method: 'PATCH',
      },
      ...(hasBits && { download: { href: `${self}/download` } }),
    },
  };
};

function contentsOf(app: App): Record<string, unknown> {
  if (app.lifecycle === 'docker') {
    const image = `registry.example.com/${app.space.organization.name}/${app.name}:latest`;
    return { buildpacks: null, stack: null, image };
  }
  const name = app.buildpack;
  const buildpack = {
    name,
    detect_output: null,
    buildpack_name: name.replace('_buildpack', ''),
    version: '1.8.3',
  };
  return { buildpacks: [buildpack], stack: 'cflinuxfs4', image: null };
}
