// A child that answers as the engine does, for the tests of EngineProcess: it echoes, fails, hangs or dies on request.
let started = null;
process.on('message', (message) => {
  if (message.type === 'start') {
    started = message.start;
    if (started.library === '/broken') process.exit(4);
    process.send({ type: 'ready' });
    return;
  }
  const { id, input } = message;
  if (input.path === 'die') process.exit(3);
  if (input.path === 'hang') return;
  if (input.path === 'fail')
    process.send({
      type: 'error',
      id,
      error: { code: 'unreadable-photo', message: 'It is cut off.', hint: 'Bring it back.' },
    });
  else process.send({ type: 'result', id, output: { started, input, pid: process.pid } });
});
