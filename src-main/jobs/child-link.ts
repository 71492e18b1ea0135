/** How a child process is started and spoken to, whatever the host: Node's fork here, Electron's utilityProcess there. */
import { fork } from 'node:child_process';

export interface ChildLink {
  readonly pid: number | undefined;
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, however the child ended. */
  onExit(listener: (code: number | null) => void): void;
  kill(): void;
}

/** @param entry absolute path of the child's program. */
export type StartChild = (entry: string) => ChildLink;

/** A child of plain Node. Typed arrays travel as they are (structured clone). */
export const forkChild: StartChild = (entry) => {
  // No option of ours (a test's coverage, a debugger's port) is any of the child's business.
  const child = fork(entry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 2, 'inherit', 'ipc'],
    execArgv: [],
  });
  // The child's stdout goes to stderr: whatever a native library prints must not spoil a command's JSON.
  return {
    pid: child.pid,
    send: (message) => {
      if (child.connected) child.send(message as object);
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      let ended = false;
      const once = (code: number | null) => {
        if (ended) return;
        ended = true;
        listener(code);
      };
      child.once('exit', once);
      child.once('error', () => once(null));
    },
    kill: () => child.kill('SIGKILL'),
  };
};
