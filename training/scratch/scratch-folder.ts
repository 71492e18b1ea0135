/** The folder of a run that trains a new network: besides the usual the run of the network, and what both encoders saw. */
import { LearnFolder } from '../learn-folder.ts';
import { RunFolder } from '../run-folder.ts';
import type { ScratchPlan } from './scratch-plan.ts';

export class ScratchFolder extends LearnFolder<ScratchPlan> {
  /** Of the network: its own plan, log and checkpoint, as any training has them, and the network as an encoder. */
  readonly network = new RunFolder(this.at('network'));

  override get paths() {
    return {
      ...super.paths,
      /** Beginnings of the names of files with what base and network say of the photos to judge by. */
      before: this.at('before'),
      after: this.at('after'),
    } as const;
  }
}
