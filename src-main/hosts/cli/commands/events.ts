/** `likeness events`: what the photos fall into by time and place. */
import { command } from '../command.ts';
import { columns, count, photos } from '../table.ts';

export const events = command({
  name: 'events',
  summary: 'List the events and trips of the library, by when and where photos were taken',
  takes: '',
  count: [0, 0],
  options: {},
  examples: ['likeness events', 'likeness --json events'],
  async run(_, { app: open }) {
    const app = await open();
    const answer = await app.call('events', {});
    return {
      data: answer,
      text: () => {
        const rows = answer.events.map(({ title, paths }) => [title, photos(paths.length)]);
        const found = answer.events.length === 1 ? '1 event' : `${count(answer.events.length)} events`;
        return [...(rows.length > 0 ? [columns([['When', 'Photos'], ...rows], [1])] : []), `${found}.`].join(
          '\n',
        );
      },
    };
  },
});
