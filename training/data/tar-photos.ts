/** Photos in a .tar, read from it one by one: nothing is unpacked. */
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { signatureBytes } from '../../models/picture-kind.ts';
import { type PhotoBytes, readPixels, tooLarge } from '../../models/pixels.ts';
import { LikenessError, systemError } from '../../src-main/contract/errors.ts';
import { limits } from '../../src-main/contract/limits.ts';
import { placesOf } from './class-folders.ts';
import { type FoundPhotos, byName, isHidden, isPhoto } from './found-photos.ts';
import { TarError, type TarMember, tarMembers } from './tar-index.ts';

/**
 * Lists the photos of an archive. Of two members of one name the later counts, as when it is unpacked.
 * @param path  absolute.
 * @throws LikenessError `bad-input` for a file that is no .tar, is cut off or damaged; not-found, no-permission.
 * Cost: one read a photo, or one for 64 KiB of small ones.
 */
export async function tarPhotos(path: string, signal?: AbortSignal): Promise<FoundPhotos> {
  const file = await openArchive(path);
  try {
    const members = await photosIn(file, signal);
    const names = [...members.keys()];
    const places = placesOf(names);
    const photos = names.map((name, i) => ({
      name,
      path: `${path}/${name}`,
      captions: [],
      takenAtMs: null,
      ...places[i]!,
    }));
    return {
      photos: photos.sort(byName),
      notes: [],
      read: async ({ name }, options) =>
        readPixels(await memberBytes(file, name, members.get(name)!), options),
      close: () => file.close(),
    };
  } catch (thrown) {
    await file.close();
    throw thrown instanceof TarError ? tarSentence(basename(path), thrown) : thrown;
  }
}

async function openArchive(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (thrown) {
    throw systemError(thrown) ?? thrown;
  }
}

async function photosIn(file: FileHandle, signal?: AbortSignal): Promise<Map<string, TarMember>> {
  const members = new Map<string, TarMember>();
  for await (const member of tarMembers(file, signal)) {
    const name = member.name.replace(/^(\.?\/)+/, '');
    if (name.split('/').some(isHidden)) continue;
    const start = { ...member, sizeBytes: Math.min(member.sizeBytes, signatureBytes) };
    if (await isPhoto(name, () => bytesOf(file, start))) members.set(name, member);
  }
  return members;
}

async function memberBytes(file: FileHandle, name: string, member: TarMember): Promise<PhotoBytes> {
  if (member.sizeBytes > limits.photoBytes) throw tooLarge(basename(name));
  try {
    return { name: basename(name), bytes: await bytesOf(file, member) };
  } catch (cause) {
    throw new LikenessError(
      'unreadable-photo',
      `“${basename(name)}” could not be read from its archive.`,
      'See whether the archive is still there and whole.',
      { cause },
    );
  }
}

async function bytesOf(file: FileHandle, { offset, sizeBytes }: TarMember): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  for (let done = 0; done < sizeBytes;) {
    const { bytesRead } = await file.read(bytes, done, sizeBytes - done, offset + done);
    if (bytesRead === 0) throw new TarError('cut-off', offset + done);
    done += bytesRead;
  }
  return bytes;
}

function tarSentence(name: string, cause: TarError): LikenessError {
  const [what, hint] = {
    'no-tar': [
      'is no .tar archive',
      'Choose a folder of photos or a .tar; unpack archives of other kinds first.',
    ],
    'cut-off': ['is cut off: its end is missing', 'Download or copy it again.'],
    damaged: ['is damaged', 'Download or copy it again.'],
  }[cause.kind] as [string, string];
  return new LikenessError('bad-input', `“${name}” ${what}.`, hint, { cause });
}
