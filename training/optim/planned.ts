/** An optimizer plan made into an optimizer and the numbers it is fed at every step. */
import type { OptimizerPlan } from '../methods/optimizer-plan.ts';
import { adamW } from './adamw.ts';
import { lars } from './lars.ts';
import { type Optimizer, type Rates, decaysMatrices } from './optimizer.ts';
import { cosineFrom, scaledRate, warmUpCosine } from './schedule.ts';
import { sgd } from './sgd.ts';

export interface PlannedOptimizer {
  /** Moves each parameter by the rule of its group. */
  readonly optimizer: Pick<Optimizer, 'update'>;
  /** What to feed in step k, counted from 0. */
  feeds(step: number): Rates;
  /** The learning rate of step k, for the record. */
  rate(step: number): number;
}

export interface RunLength {
  readonly batch: number;
  readonly steps: number;
  readonly stepsPerEpoch: number;
}

type Rule = 'scheduled' | 'constant' | 'late' | 'never';

export function planned(plan: OptimizerPlan, { batch, steps, stepsPerEpoch }: RunLength): PlannedOptimizer {
  const base = rateFor(plan, batch);
  const warmUp = warmUpSteps(plan.warmUp, steps, stepsPerEpoch);
  const scheduled = warmUpCosine({ steps, warmUp, base, final: base * plan.final });
  const decays = cosineFrom(plan.decay, plan.decayTo ?? plan.decay, steps);
  const still = Math.min(stepsPerEpoch, Math.ceil(steps / 10)); // a run of one epoch must move its late parts too
  const rates: Readonly<Record<Exclude<Rule, 'never'>, (k: number) => number>> = {
    scheduled: (k) => scheduled[k]!,
    constant: () => base,
    late: (k) => (k < still ? 0 : scheduled[k]!),
  };
  const rules = ['scheduled', 'constant', 'late'] as const;
  const byRule = Object.fromEntries(rules.map((rule) => [rule, optimizerOf(plan, rule)])) as Readonly<
    Record<(typeof rules)[number], Optimizer>
  >;
  const ruleOf = (name: string): Rule =>
    plan.groups?.find(({ starts }) => name.startsWith(starts))?.rate ?? 'scheduled';
  return {
    optimizer: {
      update(name, parameter, gradient) {
        const rule = ruleOf(name);
        return rule === 'never' ? new Map() : byRule[rule].update(name, parameter, gradient);
      },
    },
    feeds: (k) =>
      Object.assign({}, ...rules.map((rule) => byRule[rule].rates(k, rates[rule](k), decays[k]!))) as Rates,
    rate: (k) => scheduled[k]!,
  };
}

function rateFor({ rate, scaling }: OptimizerPlan, batch: number): number {
  if (scaling === 'linear') return scaledRate(rate, batch);
  return scaling === 'root' ? rate * Math.sqrt(batch / 256) : rate;
}

function warmUpSteps(warmUp: OptimizerPlan['warmUp'], steps: number, stepsPerEpoch: number): number {
  const asked =
    'share' in warmUp
      ? warmUp.share * steps
      : 'epochs' in warmUp
        ? warmUp.epochs * stepsPerEpoch
        : warmUp.steps;
  // A short run of a recipe made for a long one would never leave its warm-up.
  return Math.round(Math.min(asked, steps / 10));
}

function optimizerOf(plan: OptimizerPlan, group: string): Optimizer {
  const { kind, decay, beta2, epsilon, decaysAll } = plan;
  const decays = decaysAll ? () => true : decaysMatrices;
  if (kind === 'sgd') return sgd({ group, decay, decays });
  if (kind === 'lars') return lars({ group, decay });
  return adamW({ group, decay, decays, ...(beta2 && { beta2 }), ...(epsilon && { epsilon }) });
}
