/** The folder of a run that fits an adapter: besides the usual its cached features, its checkpoint and log. */
import { LearnFolder } from '../learn-folder.ts';
import type { AdaptPlan } from './adapt-plan.ts';

export class AdaptFolder extends LearnFolder<AdaptPlan> {
  override get paths() {
    return {
      ...super.paths,
      features: this.at('features.f32'),
      texts: this.at('texts.f32'),
      checkpoint: this.at('checkpoint.safetensors'),
      log: this.at('log.jsonl'),
    } as const;
  }
}
