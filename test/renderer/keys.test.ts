import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  keyMap,
  keyRows,
  Keys,
  matches,
  withKey,
  type FocusPlace,
  type KeyCommand,
  type KeyPress,
} from '../../src-renderer/state/keys.ts';

function press(key: string, modifiers: Partial<KeyPress> = {}) {
  return {
    key,
    ctrlKey: false,
    shiftKey: false,
    altKey: false,
    metaKey: false,
    isComposing: false,
    target: null,
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true;
    },
    ...modifiers,
  };
}
const make = (lettersOn = true, place: FocusPlace = 'elsewhere') =>
  new Keys({ lettersOn: () => lettersOn, focusPlace: () => place });

test('letters mean the same in either case, signs whatever Shift they need', () => {
  assert.ok(matches('S', press('s')));
  assert.ok(!matches('S', press('S', { shiftKey: true })));
  assert.ok(matches('?', press('?', { shiftKey: true })));
  assert.ok(matches('?', press('?')));
  assert.ok(matches('+', press('+', { shiftKey: true })));
  assert.ok(matches('Space', press(' ')));
});

test('Ctrl is Cmd on macOS, and another modifier is another key', () => {
  assert.ok(matches('Ctrl+A', press('a', { ctrlKey: true }), false));
  assert.ok(matches('Ctrl+A', press('a', { metaKey: true }), true));
  assert.ok(!matches('Ctrl+A', press('a', { ctrlKey: true }), true));
  assert.ok(!matches('A', press('a', { ctrlKey: true }), false));
  assert.ok(!matches('Escape', press('Escape', { altKey: true }), false));
});

test('the layer on top is asked first, and one that declines hands the key down', () => {
  const keys = make();
  const heard: string[] = [];
  keys.bind({ escape: () => void heard.push('window') });
  const leave = keys.bind({
    escape: () => {
      heard.push('grid');
      return false;
    },
  });
  keys.press(press('Escape'));
  assert.deepEqual(heard, ['grid', 'window']);
  leave();
  keys.press(press('Escape'));
  assert.deepEqual(heard, ['grid', 'window', 'window']);
});

test('a key that was used is used up; one that nobody wants is left to the browser', () => {
  const keys = make();
  keys.bind({ similar: () => undefined });
  const used = press('s');
  keys.press(used);
  assert.ok(used.defaultPrevented);
  const free = press('q');
  keys.press(free);
  assert.ok(!free.defaultPrevented);
});

test('single letters and signs can be switched off; keys with Ctrl stay', () => {
  const keys = make(false);
  const heard: KeyCommand[] = [];
  keys.bind({ similar: () => void heard.push('similar'), search: () => void heard.push('search') });
  keys.press(press('s'));
  keys.press(press('/'));
  keys.press(press('k', { ctrlKey: true }));
  assert.deepEqual(heard, ['search']);
});

test('arrows reach their command with Shift and Ctrl, which mean extend and keep', () => {
  const keys = make();
  const heard: boolean[][] = [];
  keys.bind({ left: ({ shiftKey, ctrlKey }) => void heard.push([shiftKey, ctrlKey]) });
  keys.press(press('ArrowLeft', { shiftKey: true }));
  keys.press(press('ArrowLeft', { ctrlKey: true }));
  keys.press(press('ArrowLeft', { altKey: true }));
  assert.deepEqual(heard, [
    [true, false],
    [false, true],
  ]);
});

test('what has the focus keeps the keys that it needs itself', () => {
  const pressed = ['s', 'Enter', 'ArrowLeft', 'Escape'] as const;
  const heardAt = (place: FocusPlace) => {
    const keys = make(true, place);
    const heard: string[] = [];
    keys.bind({
      similar: () => void heard.push('s'),
      open: () => void heard.push('Enter'),
      left: () => void heard.push('ArrowLeft'),
      escape: () => void heard.push('Escape'),
      selectAll: () => void heard.push('Ctrl+A'),
      settings: () => void heard.push('Ctrl+,'),
    });
    for (const key of pressed) keys.press(press(key));
    for (const key of ['a', ',']) keys.press(press(key, { ctrlKey: true }));
    return heard;
  };
  assert.deepEqual(heardAt('elsewhere'), ['s', 'Enter', 'ArrowLeft', 'Escape', 'Ctrl+A', 'Ctrl+,']);
  assert.deepEqual(heardAt('control'), ['s', 'Escape', 'Ctrl+A', 'Ctrl+,']);
  assert.deepEqual(heardAt('text'), ['Escape', 'Ctrl+,']);
  assert.deepEqual(heardAt('dialog'), []);
});

test('no key is written while a word is being composed', () => {
  const keys = make();
  keys.bind({ similar: () => assert.fail('a composing key is text') });
  keys.press(press('s', { isComposing: true }));
});

test('within a section no two commands share a key', () => {
  for (const section of ['anywhere', 'grid', 'photo', 'viewer', 'people', 'duplicates']) {
    const combos = Object.values(keyMap)
      .filter((row) => row.section === section)
      .flatMap(({ keys }): readonly string[] => keys);
    assert.equal(new Set(combos).size, combos.length, `${section}: ${combos.join(' ')}`);
  }
  // The grid's keys and the photo's act at the same time; questions of people and duplicates have no grid beside them.
  const together = Object.values(keyMap)
    .filter(({ section }) => !['viewer', 'people', 'duplicates'].includes(section))
    .flatMap(({ keys }): readonly string[] => keys);
  assert.equal(new Set(together).size, together.length);
});

test('sheet and tooltips write the keys of the table', () => {
  const rows = keyRows();
  assert.deepEqual(
    rows.find(({ label }) => label === 'Select all')?.keys,
    process.platform === 'darwin' ? ['⌘', 'A'] : ['Ctrl', 'A'],
  );
  assert.ok(rows.every(({ keys }) => keys.length > 0));
  assert.equal(withKey('Info', 'info'), 'Info (I)');
});
