// Runs before the first paint, so that the window never flashes in the wrong theme. The choice itself lives in
// the library's settings; state/theme.ts leaves a note of it here (a cookie too: the web host's port, and with it
// localStorage, changes with every start).
(() => {
  let theme = null;
  try {
    theme =
      localStorage.getItem('likeness-theme') ??
      /(?:^|; )likeness-theme=(light|dark|system)/.exec(document.cookie)?.[1] ??
      null;
  } catch {
    // Storage is switched off: follow the system.
  }
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
