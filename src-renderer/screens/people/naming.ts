/** Giving a name, the same way wherever one is written: whoever has it already is joined, and the message says so. */
import type { PeopleId } from '../../../src-main/contract/people.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { words } from '../../words.ts';

const { done } = words.people;

/** @param joins  somebody who has the name already. @returns whether it was written. */
export async function giveName(
  app: AppState,
  id: PeopleId,
  name: string,
  joins: { readonly id: string } | null,
): Promise<boolean> {
  const joined = joins !== null && joins.id !== id;
  const title = joined ? done.joined(name) : done.named(name);
  return (
    (await app.edits.make({ title, of: id }, (client) => client.call('people.name', { id, name }))) !== null
  );
}

export function hide(app: AppState, id: PeopleId, name: string | null, hidden: boolean) {
  const title = hidden ? done.hidden(name) : done.shown(name);
  return app.edits.make({ title, of: id }, (client) => client.call('people.hide', { id, hidden }));
}

export function ignoreAll(app: AppState, id: PeopleId) {
  return app.edits.make({ title: done.ignoredAll }, (client) => client.call('people.ignore', { id }));
}

/** The first of them is whose name and portrait stay. */
export function merge(app: AppState, ids: readonly PeopleId[], name: string | null, of?: PeopleId) {
  const page = of === undefined ? {} : { of };
  return app.edits.make({ title: done.merged(name), ...page }, (client) =>
    client.call('people.merge', { ids: [...ids] }),
  );
}

/** A search for the photos of somebody, to go on with. */
export function searchWith(app: AppState, id: PeopleId): void {
  app.router.go({ screen: 'search', query: '', filter: { people: { all: [id] } } });
}
