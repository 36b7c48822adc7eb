import type { ProviderSource } from '../datasources/provider.ts';
import type { ProviderWrites } from '../datasources/writes.ts';

/** Every member of the write contract. */
type Decided = { [Member in keyof Required<ProviderWrites>]: ProviderWrites[Member] | undefined };

/** The write side as it is: whether somebody may write is asked of their grants, before it is used. */
export function writesOf(source: ProviderSource): Decided {
  return {
    startDeployment: source.startDeployment?.bind(source),
    redeploy: source.redeploy?.bind(source),
    rollback: source.rollback?.bind(source),
    findRollouts: source.findRollouts?.bind(source),
    cancelDeployment: source.cancelDeployment?.bind(source),
    continueDeployment: source.continueDeployment?.bind(source),
    createService: source.createService?.bind(source),
    updateService: source.updateService?.bind(source),
    deleteService: source.deleteService?.bind(source),
    createVersion: source.createVersion?.bind(source),
    updateVersion: source.updateVersion?.bind(source),
    deleteVersion: source.deleteVersion?.bind(source),
    uploadRevision: source.uploadRevision?.bind(source),
    downloadRevision: source.downloadRevision?.bind(source),
    copyRevision: source.copyRevision?.bind(source),
    rebuildRevision: source.rebuildRevision?.bind(source),
    cancelBuild: source.cancelBuild?.bind(source),
    checkVariableName: source.checkVariableName?.bind(source),
    keepsSecrets: source.keepsSecrets?.bind(source),
    setVariables: source.setVariables?.bind(source),
    deleteVariables: source.deleteVariables?.bind(source),
    copyVariables: source.copyVariables?.bind(source),
    settleVariables: source.settleVariables?.bind(source),
    isShared: source.isShared?.bind(source),
    undo: source.undo?.bind(source),
  };
}
