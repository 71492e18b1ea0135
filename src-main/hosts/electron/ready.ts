/** Tells the launcher that there is a window, so that it need not fall back to the browser when this process ends. */
import { writeFileSync } from 'node:fs';

/** Name of the environment variable in which scripts/start.mjs hands over the path of a file to make. */
const variable = 'LIKENESS_READY_FILE';

/** Does nothing when nobody asked. A file, because it works alike on all systems and outlives both processes. */
export function sayReady(env: NodeJS.ProcessEnv = process.env): void {
  const path = env[variable];
  if (path) writeFileSync(path, '');
}
