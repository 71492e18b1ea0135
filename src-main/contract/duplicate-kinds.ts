/** Kinds of duplicates, and the rules for keepers: words alone, which the window can hold without a parser. */

/**
 * From the same to the merely alike:
 *   identical    the same bytes, or the same picture data under other metadata
 *   re-encoded   the same picture in another size, format or compression
 *   edited       cropped, turned, mirrored, toned, bordered or painted on
 *   burst        another exposure within seconds that shows the same
 *   similar      the same scene
 */
export const duplicateClasses = ['identical', 're-encoded', 'edited', 'burst', 'similar'] as const;
export type DuplicateClass = (typeof duplicateClasses)[number];
/** Classes whose proposals may be accepted all at once: nothing is lost but bytes. */
export const acceptableClasses = ['identical', 're-encoded'] as const satisfies readonly DuplicateClass[];

/** What decides which photo of a group is kept; a person orders them. */
export const keeperRules = [
  'original',
  'raw',
  'resolution',
  'sharpness',
  'exposure',
  'rating',
  'metadata',
  'folder',
] as const;
export type KeeperRule = (typeof keeperRules)[number];
