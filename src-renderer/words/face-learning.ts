/** What the window says of learning from who people are. */
export const faceLearningWords = {
  title: 'Learn from your corrections',
  text: (persons: number) =>
    `From the ${persons} people that you named, Likeness can learn to tell faces apart better. It takes about a minute, and is offered only if it helps with people it has not seen.`,
  learn: 'Learn',
  learning: 'Learning…',
  again: 'Learn again',
  verdicts: {
    better: 'It tells people apart better',
    same: 'It tells people apart no better',
    worse: 'It tells people apart worse',
  },
  inUse: 'In use',
  use: 'Use it',
  rollBack: 'Roll back',
  rolledBack: 'Faces are grouped as before',
  used: 'Faces are grouped anew with what was learned',
  label: 'Learning from corrections',
};
