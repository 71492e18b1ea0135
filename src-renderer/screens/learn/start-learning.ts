/** The one button of learning: a run is begun, and its screen shown. */
import type { AppState } from '../../state/app.svelte.ts';

export async function startLearning(app: AppState): Promise<void> {
  await app.attempt(async () => {
    const run = await app.learn.start();
    app.runs.put(run);
    app.router.go({ screen: 'learn', run: run.id });
  });
}
