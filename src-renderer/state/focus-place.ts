/** What has the focus, as far as keys are concerned. */
import type { FocusPlace } from './keys.ts';

const text = 'input:not([type=range], [type=checkbox], [type=radio]), textarea, [contenteditable]';
const controls = 'button, a[href], input, select, summary, [role=slider], [role=menu], [role=radiogroup]';

export function focusPlace(target: unknown): FocusPlace {
  // An open dialog has all keys, wherever the focus is: what lies under it rests.
  if (document.querySelector('dialog:modal')) return 'dialog';
  if (!(target instanceof Element)) return 'elsewhere';
  if (target.matches(text)) return 'text';
  return target.closest(controls) ? 'control' : 'elsewhere';
}
