/** What a page must never do: raise errors, break its own content policy, or speak to another host. */
import type { Page } from 'playwright-core';

interface Hearing {
  readonly origin: string;
  /** One line is added for each complaint. */
  readonly complaints: string[];
}

/** Call before the page goes anywhere. */
export async function hearComplaints(page: Page, { origin, complaints }: Hearing): Promise<void> {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.stack ?? error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    // Pictures and drawings made in the page itself go nowhere.
    if (!/^(data|blob):/.test(url) && new URL(url).origin !== origin)
      complaints.push(`request to another host: ${url}`);
  });
  page.on('websocket', (socket) => complaints.push(`web socket: ${socket.url()}`));
  // A frame may be refused without a line on the console; the event is always there.
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (event) =>
    console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))`);
}
