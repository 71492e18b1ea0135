/** Light or dark on <html>, and a note for public/theme.js, which paints the next start right from its first frame. */
import type { Settings } from '../../src-main/contract/settings.ts';

const systemDark = '(prefers-color-scheme: dark)';

/** Follows the setting, and the system while the setting says so. @returns a function that stops following. */
export function followTheme(theme: Settings['theme']): () => void {
  const system = matchMedia(systemDark);
  const show = () => {
    const dark = theme === 'dark' || (theme === 'system' && system.matches);
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  };
  show();
  keepNote(theme);
  system.addEventListener('change', show);
  return () => system.removeEventListener('change', show);
}

function keepNote(theme: Settings['theme']): void {
  try {
    localStorage.setItem('likeness-theme', theme);
  } catch {
    // Storage is switched off: the next start follows the system until the settings have come.
  }
  document.cookie = `likeness-theme=${theme}; path=/; max-age=31536000; samesite=strict`;
}
