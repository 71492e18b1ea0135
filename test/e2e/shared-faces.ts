/** Where real photos of people lie beside the project, where they do. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../../shared/photos/faces/people');

/** A folder for each person; null where the photos are not there. */
export const sharedPhotos = (): string | null => (existsSync(folder) ? folder : null);
