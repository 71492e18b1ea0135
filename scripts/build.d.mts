/** Types of build.mjs. */
export function buildAll(options?: { readonly quiet?: boolean }): Promise<void>;
