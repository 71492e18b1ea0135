/** What the engine can be asked, one method a call; models and the library are opened when first needed. */
import { stat } from 'node:fs/promises';
import { likenessOutput, readEncoderCard } from '../models/card.ts';
import { readPixels } from '../models/pixels.ts';
import { similarityAt } from '../models/relevance.ts';
import type { EngineCalls, EngineStart } from './contract/engine.ts';
import { thumbnailSides, type ThumbnailSide } from './contract/engine.ts';
import { LikenessError, toErrorData } from './contract/errors.ts';
import { everydayThings, tagsOf } from './collections/classify.ts';
import { clusterLibrary } from './collections/cluster-library.ts';
import { eventsOf } from './collections/events.ts';
import { findCandidates } from './duplicates/candidates.ts';
import { GroupedDuplicates } from './duplicates/grouped-duplicates.ts';
import { PairJudge } from './duplicates/judge-pairs.ts';
import { lookAtPhoto } from './duplicates/look-at-photo.ts';
import { relatedPairs } from './duplicates/related-pairs.ts';
import { adaptVectors, openAdapter, type OpenedAdapter } from './encode/adapt-vectors.ts';
import { embedFiles, embedTexts } from './encode/embed.ts';
import { fitLikeness } from './encode/fit-likeness.ts';
import { PhotoEncoder } from './encode/photo-encoder.ts';
import { openSession } from './encode/session.ts';
import { TextEncoder } from './encode/text-encoder.ts';
import { readFaceRegions } from './library/face-regions.ts';
import { identify } from './library/identify.ts';
import { readMetadata } from './library/metadata.ts';
import { thumbnailPath } from './library/thumbnail-files.ts';
import { averageColour, renderJpeg } from './library/thumbnail.ts';
import { type FaceNetworks, openFaceNetworks, readFaceModel } from './people/face-networks.ts';
import { findFaces } from './people/find-faces.ts';
import { groupFaces } from './people/grouping/group-faces.ts';
import { rulesOf, shifted } from './people/grouping/rules.ts';
import { turnFaces } from './people/turn-faces.ts';
import { PhotoPreparer } from './prepare-photos.ts';
import { rankModel } from './search/rank-model.ts';
import { LibraryIndex } from './search/library-index.ts';
import { search } from './search/search.ts';
import { similar } from './search/similar.ts';
import { libraryPaths, openLibraryReader } from './store/open.ts';
import { readVectors } from './store/read-vectors.ts';

/** Relevance from which on two photos show the same scene. */
const sameScene = 0.96;

type Calls = {
  readonly [Name in keyof EngineCalls]: (input: EngineCalls[Name][0]) => Promise<EngineCalls[Name][1]>;
};

export class Engine implements Calls {
  readonly #start: EngineStart;
  readonly #preparer: PhotoPreparer;
  readonly #photoEncoders = new Map<string, Promise<PhotoEncoder>>();
  readonly #textEncoders = new Map<string, Promise<TextEncoder>>();
  readonly #adapters = new Map<string, Promise<OpenedAdapter>>();
  readonly #faces = new Map<string, Promise<FaceNetworks>>();
  #judge: PairJudge | null = null;
  #groups: GroupedDuplicates | null = null;
  readonly #indexes = new Map<string, Promise<LibraryIndex>>();

  constructor(start: EngineStart) {
    this.#start = start;
    this.#preparer = new PhotoPreparer(start.decodes);
  }

  async identify({ paths }: EngineCalls['identify'][0]): Promise<EngineCalls['identify'][1]> {
    return Promise.all(
      paths.map((path) =>
        identify(path).then(
          (found) => ({ ok: true as const, ...found }),
          (thrown: unknown) => ({ ok: false as const, error: toErrorData(thrown) }),
        ),
      ),
    );
  }

  async prepare({
    photos,
    thumbnails,
    encoder,
  }: EngineCalls['prepare'][0]): Promise<EngineCalls['prepare'][1]> {
    return this.#preparer.prepare(photos, {
      thumbnails,
      encoder: encoder === null ? null : await this.#photoEncoder(encoder),
    });
  }

  async embed({ encoder, output, paths, texts }: EngineCalls['embed'][0]): Promise<EngineCalls['embed'][1]> {
    const ofFiles = paths?.length
      ? await embedFiles(paths, {
          encoder: await this.#photoEncoder(encoder),
          output,
          decodes: this.#start.decodes,
        })
      : [];
    if (!texts?.length) return ofFiles;
    if (output !== 'embedding') {
      throw new LikenessError(
        'bad-input',
        'Texts have no features, only an embedding.',
        'Ask for the output «embedding» when texts are given.',
      );
    }
    return [...ofFiles, ...(await embedTexts(texts, await this.#textEncoder(encoder)))];
  }

  async adapt({ encoder, ...vectors }: EngineCalls['adapt'][0]): Promise<EngineCalls['adapt'][1]> {
    return adaptVectors(await this.#adapterOf(encoder), vectors);
  }

  async fitLikeness({
    encoder,
    paths,
    patienceMs,
  }: EngineCalls['fitLikeness'][0]): Promise<EngineCalls['fitLikeness'][1]> {
    return fitLikeness(paths, { encoder: await this.#photoEncoder(encoder), patienceMs });
  }

  async findFaces({
    photos,
    model,
    crops,
  }: EngineCalls['findFaces'][0]): Promise<EngineCalls['findFaces'][1]> {
    return findFaces(photos, await this.#faceNetworks(model), { crops, named: readFaceRegions });
  }

  async groupFaces({
    model,
    dir,
    head,
  }: EngineCalls['groupFaces'][0]): Promise<EngineCalls['groupFaces'][1]> {
    const { threads, library } = this.#start;
    const open = (bytes: Uint8Array) => openSession(bytes, { threads });
    const reader = openLibraryReader(library);
    try {
      const found = reader.faces.groupable(model);
      const { faces, descriptors, dim, shift } = await turnFaces(found, head, {
        heads: reader.faceHeads,
        openModel: open,
      });
      return await groupFaces(faces, descriptors, {
        dim,
        rules: shifted(rulesOf(readFaceModel(dir)), shift),
        open,
      });
    } finally {
      reader.close();
    }
  }

  async lookForDuplicates({
    photos,
  }: EngineCalls['lookForDuplicates'][0]): Promise<EngineCalls['lookForDuplicates'][1]> {
    return Promise.all(
      photos.map(({ path, hash }) =>
        lookAtPhoto(path, this.#thumbnail(hash, thumbnailSides.large)).then(
          (look) => ({ ok: true as const, ...look }),
          (thrown: unknown) => ({ ok: false as const, error: toErrorData(thrown) }),
        ),
      ),
    );
  }

  async duplicateCandidates({
    encoder,
    encoderId,
  }: EngineCalls['duplicateCandidates'][0]): Promise<EngineCalls['duplicateCandidates'][1]> {
    const { threads, library } = this.#start;
    const reader = openLibraryReader(library);
    try {
      const { calibration, image } = readEncoderCard(encoder);
      return await findCandidates(
        reader.duplicates.prints(),
        readVectors(reader.vectors, encoderId, likenessOutput(image)),
        reader.duplicates.taken(),
        {
          sure: similarityAt(calibration.likeness, sameScene),
          open: (bytes) => openSession(bytes, { threads }),
        },
      );
    } finally {
      reader.close();
    }
  }

  async relatedPairs({ largest }: EngineCalls['relatedPairs'][0]): Promise<EngineCalls['relatedPairs'][1]> {
    const reader = openLibraryReader(this.#start.library);
    try {
      return { pairs: relatedPairs(reader.duplicates.pairs(), largest) };
    } finally {
      reader.close();
    }
  }

  async judgePairs({
    pairs,
    likeness,
    threshold,
  }: EngineCalls['judgePairs'][0]): Promise<EngineCalls['judgePairs'][1]> {
    this.#judge ??= new PairJudge(openLibraryReader(this.#start.library).duplicates, (hash) =>
      this.#thumbnail(hash, thumbnailSides.small),
    );
    return this.#judge.judge(pairs, likeness, threshold);
  }

  async duplicateGroups(
    input: EngineCalls['duplicateGroups'][0],
  ): Promise<EngineCalls['duplicateGroups'][1]> {
    this.#groups ??= new GroupedDuplicates(openLibraryReader(this.#start.library).duplicates);
    return this.#groups.page(input);
  }

  async events(): Promise<EngineCalls['events'][1]> {
    return this.#events().map(({ id, title, from, to, kmFromHome, photos }) => ({
      id,
      title,
      from,
      to,
      kmFromHome,
      paths: photos.map(({ path }) => path),
    }));
  }

  async eventPhotos(): Promise<EngineCalls['eventPhotos'][1]> {
    return this.#events().map(({ id, away, kmFromHome, photos }) => ({
      id,
      awayKm: away ? kmFromHome : null,
      photos: photos.map((photo) => photo.id),
    }));
  }

  async clusters({ encoder, encoderId, k }: EngineCalls['clusters'][0]): Promise<EngineCalls['clusters'][1]> {
    const card = readEncoderCard(encoder);
    const text = card.text === null ? null : await this.#textEncoder(encoder);
    const reader = openLibraryReader(this.#start.library);
    try {
      return await clusterLibrary(reader, {
        encoderId,
        card,
        encodeWords: text && ((words) => Promise.all(words.map((word) => text.encodeQuery(word)))),
        k,
        open: (bytes) => openSession(bytes, { threads: this.#start.threads }),
      });
    } finally {
      reader.close();
    }
  }

  async classify({
    encoder,
    encoderId,
    labels,
  }: EngineCalls['classify'][0]): Promise<EngineCalls['classify'][1]> {
    const text = await this.#textEncoder(encoder);
    const words = await Promise.all(labels.map((label) => text.encodeQuery(label)));
    const everyday = await Promise.all(everydayThings.map((thing) => text.encodeQuery(thing)));
    const reader = openLibraryReader(this.#start.library);
    try {
      const seen = readVectors(reader.vectors, encoderId, 'embedding');
      if (!seen) return [];
      const tags = tagsOf(seen, words, everyday, readEncoderCard(encoder).calibration.text!);
      const places = new Map([...seen.contentIds].map((id, place) => [id, place]));
      return reader.collections.files().flatMap(({ contentId, path }) => {
        const place = places.get(contentId);
        if (place === undefined) return [];
        return [{ path, tags: tags[place]!.map(({ label, score }) => ({ label: labels[label]!, score })) }];
      });
    } finally {
      reader.close();
    }
  }

  async inspect({ path }: EngineCalls['inspect'][0]): Promise<EngineCalls['inspect'][1]> {
    const { mtimeMs } = await stat(path);
    const { hash, sizeBytes } = await identify(path);
    const pixels = await readPixels(path, { longSide: thumbnailSides.large });
    const metadata = await readMetadata(path, mtimeMs);
    const { format, fullWidth: width, fullHeight: height } = pixels;
    return { hash, sizeBytes, format, width, height, colour: averageColour(pixels), metadata };
  }

  async render({ path, target, side }: EngineCalls['render'][0]): Promise<EngineCalls['render'][1]> {
    return { bytes: await renderJpeg(path, target, side) };
  }

  async search({
    encoder,
    encoderId,
    ...input
  }: EngineCalls['search'][0]): Promise<EngineCalls['search'][1]> {
    const text = await this.#textEncoder(encoder);
    const card = readEncoderCard(encoder);
    return search(input, {
      index: await this.#libraryIndex(),
      encoderId,
      card,
      encodeQuery: async (query) => ({ encoderId: card.id, vector: await text.encodeQuery(query) }),
    });
  }

  async similar({
    encoder,
    encoderId,
    ...input
  }: EngineCalls['similar'][0]): Promise<EngineCalls['similar'][1]> {
    return similar(input, {
      index: await this.#libraryIndex(),
      encoderId,
      card: readEncoderCard(encoder),
      encodePhoto: async (path) => {
        const photos = await this.#photoEncoder(encoder);
        const [outcome] = await embedFiles([path], { encoder: photos, output: 'features', decodes: 1 });
        if (outcome?.ok) return { encoderId: photos.card.id, vector: outcome.vector };
        const { code, message, hint } = outcome!.error;
        throw new LikenessError(code, message, hint);
      },
    });
  }

  async warm({ encoder, encoderId }: EngineCalls['warm'][0]): Promise<EngineCalls['warm'][1]> {
    await this.#textEncoder(encoder);
    const index = await this.#libraryIndex();
    return { photos: await index.follow(encoderId) };
  }

  async probe({ provider }: EngineCalls['probe'][0]): Promise<EngineCalls['probe'][1]> {
    const startedMs = performance.now();
    const session = await openSession(rankModel(), { threads: 1, provider }).catch((thrown: unknown) => {
      // Here the runtime's own words are what is asked for.
      throw thrown instanceof LikenessError && thrown.cause instanceof Error ? thrown.cause : thrown;
    });
    const data = new Float32Array([3, 4]);
    const { cosines } = await session.run({ query: { data, dims: [1, 2] }, matrix: { data, dims: [2, 1] } });
    if (cosines?.data[0] !== 25) throw new Error(`It computed ${cosines?.data[0]} where 25 is right.`);
    return { milliseconds: Math.round(performance.now() - startedMs) };
  }

  #thumbnail(hash: string, side: ThumbnailSide): string {
    return thumbnailPath(libraryPaths(this.#start.library).thumbnails, hash, side);
  }

  #photoEncoder(dir: string): Promise<PhotoEncoder> {
    return once(this.#photoEncoders, dir, () => PhotoEncoder.open(dir, { threads: this.#start.threads }));
  }

  #textEncoder(dir: string): Promise<TextEncoder> {
    return once(this.#textEncoders, dir, () => TextEncoder.open(dir, { threads: this.#start.threads }));
  }

  #adapterOf(dir: string): Promise<OpenedAdapter> {
    return once(this.#adapters, dir, () => openAdapter(dir, { threads: this.#start.threads }));
  }

  #events() {
    const reader = openLibraryReader(this.#start.library);
    try {
      return eventsOf(reader.collections.taken());
    } finally {
      reader.close();
    }
  }

  #faceNetworks(dir: string): Promise<FaceNetworks> {
    const { threads } = this.#start;
    return once(this.#faces, dir, () => openFaceNetworks(dir, (path) => openSession(path, { threads })));
  }

  #libraryIndex(): Promise<LibraryIndex> {
    const { library, threads } = this.#start;
    return once(this.#indexes, library, () =>
      LibraryIndex.open(openLibraryReader(library), (bytes) => openSession(bytes, { threads })),
    );
  }
}

/** Opened at the first question and kept; a failure is not kept, so that a mended file works without a restart. */
function once<T>(kept: Map<string, Promise<T>>, key: string, open: () => Promise<T>): Promise<T> {
  let opened = kept.get(key);
  if (!opened) {
    opened = open();
    kept.set(key, opened);
    opened.catch(() => kept.delete(key));
  }
  return opened;
}
