/** Types of node-version.mjs, which has to stay plain JavaScript. */

/** The project's folder, with a separator at its end. */
export const root: string;
export function isNewEnough(version: string): boolean;
export function bundledNode(folder?: string): string | null;
export function withNode(script: string, main: () => Promise<number>): Promise<void>;
