/** Being asked to end: Ctrl+C, a closed terminal, a shutdown. */

/** A terminal and a parent may both pass on one Ctrl+C: signals this near to one another are one. */
const togetherMs = 500;

/**
 * Aborts at the first signal, so that what is open can be closed in order. A second Ctrl+C, half a second later or more, does
 * not wait for that: the process ends with code 130.
 */
export function interruptSignal(): AbortSignal {
  const interrupt = new AbortController();
  let firstAtMs = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => {
      if (!interrupt.signal.aborted) {
        firstAtMs = Date.now();
        interrupt.abort();
      } else if (name === 'SIGINT' && Date.now() - firstAtMs > togetherMs) process.exit(130);
    });
  return interrupt.signal;
}
