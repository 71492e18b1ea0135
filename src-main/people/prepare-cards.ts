/** Makes the cards of people ahead of the next list, a little at a time so that main stays prompt. */
import type { PeopleCards } from '../store/people-cards.ts';

const sliceMs = 4;
const pauseMs = 15;

export function prepareCards(cards: PeopleCards, signal: AbortSignal): void {
  const some = () => {
    if (!signal.aborted && cards.prepare(sliceMs)) setTimeout(some, pauseMs).unref();
  };
  setTimeout(some, pauseMs).unref();
}
