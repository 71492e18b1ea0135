/** The engine's process in Electron. Plain fork is switched off in the packaged application (fuse RunAsNode). */
import { utilityProcess } from 'electron';
import type { StartChild } from '../../jobs/child-link.ts';

export const utilityChild: StartChild = (entry) => {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Likeness engine', stdio: 'inherit' });
  return {
    get pid() {
      return child.pid;
    },
    send: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.once('exit', listener),
    kill: () => child.kill(),
  };
};
