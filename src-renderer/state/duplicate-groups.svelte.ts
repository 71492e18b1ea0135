/** The groups of one kind as a person goes through them: which one they are at, which two photos they compare, what is marked. */
import type { DuplicateClass } from '../../src-main/contract/duplicate-kinds.ts';
import type { DuplicateGroup, DuplicateMember } from '../../src-main/contract/duplicates.ts';
import { sentences, type Client } from '../client.ts';

type Failure = ReturnType<typeof sentences>;

const pageSize = 100;
/** Kinds whose other photos go unless a person says otherwise. */
const proposed: readonly DuplicateClass[] = ['identical', 're-encoded'];

export class DuplicateGroups {
  readonly class: DuplicateClass;
  #client: Client;
  #groups: readonly DuplicateGroup[] = $state.raw([]);
  #total: number | null = $state.raw(null);
  #failure: Failure | null = $state.raw(null);
  #at: number = $state(0);
  /** Place of the photo beside the keeper, as a person chose it. */
  #chosen: number | null = $state(null);
  /** Photos whose mark differs from what is proposed. */
  #turned: ReadonlySet<number> = $state.raw(new Set());
  #asked = 0;
  #loading = false;

  constructor(client: Client, of: DuplicateClass) {
    this.#client = client;
    this.class = of;
  }

  get groups(): readonly DuplicateGroup[] {
    return this.#groups;
  }
  /** null until they were read once. */
  get total(): number | null {
    return this.#total;
  }
  get failure(): Failure | null {
    return this.#failure;
  }
  /** Place of the group that is looked at. */
  get at(): number {
    return this.#at;
  }
  get current(): DuplicateGroup | null {
    return this.#groups[this.#at] ?? null;
  }
  get keeper(): DuplicateMember | null {
    return this.current?.members[0] ?? null;
  }
  /** The photo beside the keeper. */
  get other(): DuplicateMember | null {
    const group = this.current;
    if (!group) return null;
    // What the group is about, rather than a plain copy that is in it, too.
    const telling = group.members.findIndex((member, i) => i > 0 && member.class === this.class);
    return group.members[this.#chosen ?? Math.max(1, telling)] ?? null;
  }
  /** Photos of the group that go to the bin. */
  get marked(): readonly DuplicateMember[] {
    return (this.current?.members ?? []).filter((member) => this.isMarked(member));
  }

  isMarked(member: DuplicateMember): boolean {
    if (member.photo === this.current?.keeper) return false;
    return proposed.includes(this.class) !== this.#turned.has(member.photo);
  }

  /** Marks the photo beside the keeper, or takes its mark away. */
  turnMark(member: DuplicateMember | null = this.other): void {
    if (!member || member.photo === this.current?.keeper) return;
    const turned = new Set(this.#turned);
    if (!turned.delete(member.photo)) turned.add(member.photo);
    this.#turned = turned;
  }

  /** Reads as many as are shown anew; stays at the same group, or at its place where it is gone. */
  async load(): Promise<void> {
    const asked = ++this.#asked;
    const wanted = Math.max(pageSize, this.#groups.length);
    try {
      const groups: DuplicateGroup[] = [];
      let total = 0;
      do {
        const page = await this.#client.call('duplicates.list', {
          class: this.class,
          limit: Math.min(500, wanted - groups.length),
          offset: groups.length,
        });
        if (asked !== this.#asked) return;
        groups.push(...page.groups);
        total = page.total;
        if (page.groups.length === 0) break;
      } while (groups.length < Math.min(wanted, total));
      this.#take(groups, total);
    } catch (thrown) {
      if (asked === this.#asked) this.#failure = sentences(thrown);
    }
  }

  /** Reads the next page, where there is one. */
  async more(): Promise<void> {
    if (this.#loading || this.#total === null || this.#groups.length >= this.#total) return;
    this.#loading = true;
    const asked = this.#asked;
    try {
      const page = await this.#client.call('duplicates.list', {
        class: this.class,
        limit: pageSize,
        offset: this.#groups.length,
      });
      if (asked === this.#asked) this.#take([...this.#groups, ...page.groups], page.total);
    } catch {
      // Asked again as one scrolls on.
    } finally {
      this.#loading = false;
    }
  }

  goTo(place: number): void {
    const last = this.#groups.length - 1;
    const next = Math.max(0, Math.min(last, place));
    if (next === this.#at) return;
    this.#at = next;
    this.#chosen = null;
    this.#turned = new Set();
    if (next >= last - 10) void this.more();
  }

  /** Puts another photo of the group beside the keeper. */
  compareWith(photo: number): void {
    const place = this.current?.members.findIndex((member) => member.photo === photo) ?? -1;
    if (place > 0) this.#chosen = place;
  }

  /** Who the keeper would be one step on: round all photos of the group, by their paths. */
  nextKeeper(step: 1 | -1): DuplicateMember | null {
    const members = (this.current?.members ?? []).toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const at = members.findIndex(({ photo }) => photo === this.current?.keeper);
    return at < 0 ? null : (members[(at + step + members.length) % members.length] ?? null);
  }

  #take(groups: readonly DuplicateGroup[], total: number): void {
    const here = this.current;
    const beside = this.other?.photo;
    this.#groups = groups;
    this.#total = total;
    this.#failure = null;
    const same = here ? groups.findIndex(({ id }) => id === here.id) : -1;
    this.#at = same >= 0 ? same : Math.max(0, Math.min(this.#at, groups.length - 1));
    const place = this.current?.members.findIndex(({ photo }) => photo === beside) ?? -1;
    this.#chosen = same >= 0 && place > 0 ? place : null;
    if (same < 0) this.#turned = new Set();
  }
}
