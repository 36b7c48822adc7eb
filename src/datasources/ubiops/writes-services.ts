import { refuse } from '../../errors.ts';
import { refOf } from '../../ids.ts';
import { z } from 'zod';
import type { UbiOpsFieldInput } from '../../schema/mutations/service.ts';
import type { ProviderWrites } from '../writes.ts';
import type { Context } from './context.ts';
import { one } from './fields.ts';
import { deploymentOf, pathOf } from './keys.ts';
import { deploymentRow } from './payloads.ts';
import * as target from './target.ts';

type Writes = Required<Pick<ProviderWrites, 'createService' | 'updateService' | 'deleteService'>>;

const NAMES = { name: 'name', description: 'description' };

/** Deployments: made, changed and deleted. What they answer has no state; that is the version's. */
export function createServiceWrites(context: Context): Writes {
  const { http } = context;
  return {
    async createService(scope, fields, call) {
      if (!context.allows(scope)) target.missing(context, scope);
      target.checkTexts(fields);
      const isOld = context.dialogue(scope)?.generation === 'builds';
      if (isOld) target.checkGeneration(fields, ['supportsRequestFormat'], 'builds');
      const json = {
        ...target.bodyOf(fields, { ...NAMES, supportsRequestFormat: 'supports_request_format' }),
        ...shapeOf(fields),
        ...labelsOf(fields),
      };
      const path = `${pathOf(scope)}/deployments`;
      return http.send('POST', path, { json }, one(deploymentRow(scope)), call);
    },

    async updateService(ref, fields, call) {
      target.checkTexts(fields);
      const { defaultVersion } = fields;
      if (defaultVersion && deploymentOf(defaultVersion).id !== ref.id) {
        throw refuse(['defaultVersionId'], 'Name a version of this deployment.');
      }
      const [before] = await Promise.all([
        target.needDeployment(context, ref, call),
        defaultVersion && target.needVersion(context, defaultVersion, call, 'defaultVersionId'),
      ]);
      const json = {
        ...target.bodyOf(fields, NAMES),
        ...labelsOf(fields),
        ...(fields.inputFields && { input_fields: toFields(fields.inputFields) }),
        ...(fields.outputFields && { output_fields: toFields(fields.outputFields) }),
        ...(defaultVersion && { default_version: defaultVersion.keys[3] }),
      };
      if (Object.keys(json).length === 0) return before;
      const row = one(deploymentRow(refOf(before.scopeId)));
      return http.send('PATCH', pathOf(ref), { json }, row, call);
    },

    async deleteService(ref, call) {
      await target.needDeployment(context, ref, call);
      await http.send('DELETE', pathOf(ref), {}, z.unknown(), call);
    },
  };
}

type Shape = Pick<
  Parameters<Writes['createService']>[1],
  'inputType' | 'outputType' | 'inputFields' | 'outputFields'
>;

/** Both types, which API 3 insists on: without a word about it, fields make a side structured. */
function shapeOf({ inputType, outputType, inputFields, outputFields }: Shape) {
  const sides = [
    { side: 'input', type: inputType, fields: inputFields },
    { side: 'output', type: outputType, fields: outputFields },
  ] as const;
  const body: Record<string, unknown> = {};
  for (const { side, type, fields } of sides) {
    if (type && type !== 'structured' && type !== 'plain') {
      throw refuse([`${side}Type`], 'Write "structured" or "plain".');
    }
    const hasFields = fields !== undefined && fields !== null && fields.length > 0;
    if (type === 'plain' && hasFields) {
      throw refuse([`${side}Fields`], `Leave them out: plain ${side} has no fields.`);
    }
    if (type === 'structured' && !hasFields) {
      throw refuse([`${side}Fields`], `Name at least one: structured ${side} has fields.`);
    }
    body[`${side}_type`] = type ?? (hasFields ? 'structured' : 'plain');
    if (hasFields) body[`${side}_fields`] = toFields(fields);
  }
  return body;
}

function toFields(fields: readonly UbiOpsFieldInput[]): Record<string, unknown>[] {
  return fields.map(({ name, dataType, widget }) => ({
    name,
    data_type: dataType,
    ...(widget !== undefined && widget !== null && { widget }),
  }));
}

function labelsOf(fields: { labels?: Parameters<typeof target.toLabels>[0] }) {
  const labels = target.toLabels(fields.labels);
  return labels && { labels };
}
