/** Thumbnails and photos as a browser can show them. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LikenessError } from './contract/errors.ts';
import { thumbnailSides, type ThumbnailSide } from './contract/engine.ts';
import type { ContentId, PhotoId } from './contract/photo.ts';
import type { Services } from './app.ts';
import { describePhoto } from './people/describe-photo.ts';
import { thumbnailPath } from './library/thumbnail-files.ts';
import { sendFile } from './serve-file.ts';

/** sharp's format names that every current browser draws by itself, with the type to send. */
const shownAsTheyAre: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
};
/** Longer side of a JPEG made for the viewer, px. Zooming further into such a photo shows its pixels softly. */
const renderedSide = 4096;

/** A content's bytes never change, so a thumbnail may be kept by the browser for ever. One that was trimmed is made again. */
export async function thumbnailResponse(
  services: Services,
  content: number,
  side: number,
): Promise<Response> {
  const { store, answering } = services;
  const found = store.contents.get(content as ContentId);
  if (!found || !Object.values<number>(thumbnailSides).includes(side)) throw gone();
  const path = thumbnailPath(store.paths.thumbnails, found.hash, side as ThumbnailSide);
  const bytes = await readFile(path).catch(() => null);
  if (bytes) return picture(bytes);
  if (!found.path) throw gone();
  const [outcome] = await answering.call('prepare', {
    photos: [{ path: found.path, hash: found.hash, modifiedMs: 0 }],
    thumbnails: store.paths.thumbnails,
    encoder: null,
  });
  if (outcome && !outcome.ok)
    throw new LikenessError(outcome.error.code, outcome.error.message, outcome.error.hint);
  return picture(await readFile(path));
}

/** The picture of a face; one that is gone is made again from its photo. */
export async function faceResponse(
  { store, answering, faceModel }: Services,
  face: number,
): Promise<Response> {
  const { people, paths } = store;
  const read = async () => {
    const found = people.faces.picture(face);
    return found && readFile(join(paths.faces, `${found.hash}-${found.n}.jpg`)).catch(() => null);
  };
  const bytes = await read();
  if (bytes) return picture(bytes);
  const content = store.contents.get((people.faces.picture(face)?.contentId ?? 0) as ContentId);
  const path = content?.path;
  if (!content || !path || !faceModel) throw gone();
  await describePhoto(
    { ...content, path },
    { people, engine: answering, model: faceModel, crops: paths.faces },
  );
  const made = await read();
  if (!made) throw gone();
  return picture(made);
}

/** The file itself where browsers can draw it, with ranges; a JPEG made from it where they cannot. */
export async function photoResponse(services: Services, id: number, request: Request): Promise<Response> {
  const { store, answering } = services;
  const details = store.photos.details({ id: id as PhotoId });
  if (!details?.hash || !details.format) throw gone();
  const type = shownAsTheyAre[details.format];
  if (type) return sendFile(details.path, request, { type, cache: 'private, max-age=3600' });
  const target = join(store.paths.previews, `${details.hash}.jpg`);
  const made = await stat(target).catch(() => null);
  if (!made) await answering.call('render', { path: details.path, target, side: renderedSide });
  return sendFile(target, request, { type: 'image/jpeg', cache: 'private, max-age=3600' });
}

function picture(bytes: Buffer): Response {
  return new Response(new Uint8Array(bytes), {
    headers: { 'content-type': 'image/jpeg', 'cache-control': 'private, max-age=31536000, immutable' },
  });
}

function gone(): LikenessError {
  return new LikenessError(
    'photo-gone',
    'This photo is no longer in the library.',
    'Look at the library again.',
  );
}
