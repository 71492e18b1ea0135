/** A path as the steps that lead to it. */
export interface Crumb {
  readonly name: string;
  readonly path: string;
}

/**
 * “/home/ana/Pictures” → “/”, “home”, “ana”, “Pictures”; “C:\Photos” → “C:\”, “Photos”; “\\nas\share\a” → “\\nas\share”, “a”.
 * @param path  absolute, of any system.
 */
export function crumbs(path: string): readonly Crumb[] {
  const root = /^(\\\\[^\\]+\\[^\\]+\\?|[A-Za-z]:[\\/]?|\/)/.exec(path)?.[0] ?? '';
  const separator = path.includes('\\') ? '\\' : '/';
  const steps: Crumb[] = root ? [{ name: root, path: root }] : [];
  let here = root;
  for (const name of path.slice(root.length).split(separator)) {
    if (name === '') continue;
    here = here === '' || here.endsWith(separator) ? here + name : here + separator + name;
    steps.push({ name, path: here });
  }
  return steps;
}

/** The last step: what a folder or a file is called. */
export const baseName = (path: string): string => crumbs(path).at(-1)?.name ?? path;

/** The folder that a file lies in. */
export const folderOf = (path: string): string => crumbs(path).at(-2)?.path ?? path;

/** The last steps to the folder that a file lies in: “2024 › Arrábida”. */
export const folderCrumbs = (path: string): string =>
  crumbs(folderOf(path))
    .slice(-2)
    .map(({ name }) => name)
    .join(' › ');
