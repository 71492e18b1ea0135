/** Every bound of the program, declared once, with its unit and its reason. */
export const limits = {
  /** Bytes of one photo file. A 100-megapixel 16-bit TIFF is 600 MB. */
  photoBytes: 1024 * 1024 * 1024,
  /** Pixels of one photo; decoding needs 3 bytes each. Large panoramas reach 300 megapixels. */
  photoPixels: 400_000_000,
  /** Levels below a watched folder. */
  folderDepth: 64,
  /** Characters of a typed query. */
  queryLength: 1000,
  /** Persons that one condition of a search may name. */
  peopleAsked: 100,
  /** Faces on one photo that a search may ask for. */
  facesAsked: 10_000,
  /** Results one answer may hold. */
  resultLimit: 10_000,
  /** Bytes of a photo dropped in to search with. */
  uploadBytes: 256 * 1024 * 1024,
  /** Bytes of a run that is brought in from a file. The largest encoder of the catalog is 1.5 GB. */
  runFileBytes: 4 * 1024 * 1024 * 1024,
  /** Times a photo may take the engine down with it before it is set aside. */
  fatalAttempts: 2,
  /** Milliseconds one photo may take before the engine is restarted. */
  photoTimeoutMs: 60_000,
  /** Bytes of the thumbnail cache before the least recently made are dropped. */
  thumbnailCacheBytes: 8 * 1024 * 1024 * 1024,
} as const;
