/** Who a search is bounded by, and how that changes. Pure. */
import type { PeopleId } from '../../src-main/contract/people.ts';

/** On the photo: each of `all`, at least one of `any`, nobody of `none`. No list is empty, and nobody stands in two. */
export interface PeopleBounds {
  readonly all?: readonly PeopleId[];
  readonly any?: readonly PeopleId[];
  readonly none?: readonly PeopleId[];
}
export type Role = keyof PeopleBounds;

export interface FaceCount {
  readonly min?: number;
  readonly max?: number;
}

const roles = ['all', 'any', 'none'] as const;

/** Everybody with their role, in the order that chips stand in. */
export function boundsOf(bounds: PeopleBounds | undefined): { readonly id: PeopleId; readonly role: Role }[] {
  return roles.flatMap((role) => (bounds?.[role] ?? []).map((id) => ({ id, role })));
}

/** Somebody gets a role, whatever they had. */
export function withPerson(bounds: PeopleBounds | undefined, id: PeopleId, role: Role): PeopleBounds {
  const rest = withoutPerson(bounds, id);
  return { ...rest, [role]: [...(rest?.[role] ?? []), id] };
}

/** "… or somebody": whoever was named last before is joined, and one of the two is enough. */
export function orPerson(bounds: PeopleBounds | undefined, id: PeopleId): PeopleBounds {
  const last = bounds?.all?.at(-1);
  const joined = last === undefined || last === id ? bounds : withPerson(bounds, last, 'any');
  return withPerson(joined, id, 'any');
}

/** undefined when nobody is left. */
export function withoutPerson(bounds: PeopleBounds | undefined, id: PeopleId): PeopleBounds | undefined {
  const kept = roles.flatMap((role) => {
    const ids = (bounds?.[role] ?? []).filter((one) => one !== id);
    return ids.length === 0 ? [] : [[role, ids] as const];
  });
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as PeopleBounds);
}
