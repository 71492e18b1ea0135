import type { Ended } from './learn.ts';
import type { RunPlan } from './run-plan.ts';
export async function exportRun(_plan: RunPlan, _ended: Ended, _out: string): Promise<void> {}
