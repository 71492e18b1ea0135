/** The throw-away child of `probe.ts`. */
import type { EngineName } from './engine.ts';
import { tryEngine } from './try-engine.ts';

process.send!(await tryEngine(process.argv[2] as EngineName));
