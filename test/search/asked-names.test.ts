import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedNames } from '../../src-main/search/asked-names.ts';
import type { NamedPerson } from '../../src-main/store/people-reader.ts';

const people = (...names: string[]): NamedPerson[] => names.map((name, i) => ({ id: `p${i + 1}`, name }));

/** “Ana|Ben !Eva ~rose: rest”: conditions, whom words may mean too, and what else is asked. */
function read(query: string, ...names: string[]): string {
  const { clauses, raised, rest } = askedNames(query, people(...names));
  const said = clauses.map(
    ({ people: whom, not }) => `${not ? '!' : ''}${whom.map(({ name }) => name).join('|')}`,
  );
  const maybe = [...raised].map(([word, ids]) => `~${word}=${ids.join()}`);
  return `${[...said, ...maybe].join(' ')}: ${rest}`;
}

test('a name bounds the search, and the rest is looked for', () => {
  assert.equal(read('Ana on the beach', 'Ana', 'Ben'), 'Ana: on the beach');
  assert.equal(read('a dog with ana', 'Ana'), 'Ana: a dog');
  assert.equal(read("Ana's birthday cake", 'Ana'), 'Ana: birthday cake');
  assert.equal(read('Ana’s birthday', 'Ana'), 'Ana: birthday');
  assert.equal(read('Ana and Ben at the lake', 'Ana', 'Ben'), 'Ana Ben: at the lake');
  assert.equal(read('red car', 'Ana'), ': red car');
  assert.equal(read('the', 'Ana'), ': the');
});

test('only names: nothing else is looked for', () => {
  for (const query of ['Ana', ' ana ', 'photos of Ana', 'ANA!', 'Ana, Ana'])
    assert.match(read(query, 'Ana'), /^Ana( Ana)?: $/, query);
  assert.equal(read('Ana und Ben', 'Ana', 'Ben'), 'Ana Ben: ');
  assert.equal(read('both Ana and Ben', 'Ana', 'Ben'), 'Ana Ben: ');
});

test('case and accents make no difference, in any script', () => {
  const same = [
    ['Zoë', 'zoe'],
    ['Zoe', 'ZOË'],
    ['Đorđe Ćosić', 'dorde cosic'],
    ['Łukasz', 'lukasz'],
    ['İbrahim', 'ibrahim'],
    ['Işıl', 'isil'],
    ['Jürgen Groß', 'JURGEN GROSS'],
    ['Søren', 'soren'],
    ['Άννα', 'αννα'],
    ['Αλέξανδρος', 'ΑΛΕΞΑΝΔΡΟΣ'],
    ['Андрей', 'андреи'],
    ['محمَّد', 'محمد'],
    ['प्रिया', 'प्रिया'],
    ['Zoe\u0308', 'zoë'],
    ['D’Angelo', "d'angelo"],
    ['Jean-Luc', 'jean luc'],
  ] as const;
  for (const [name, typed] of same) assert.equal(read(`${typed} 2021`, name), `${name}: 2021`);
});

test('scripts without spaces are read sign by sign, Korean with its particles', () => {
  assert.equal(read('田中さんと犬', '田中'), '田中: さんと犬');
  assert.equal(read('田中太郎', '田中', '田中太郎'), '田中太郎: ');
  assert.equal(read('พ่อกับสมชาย', 'สมชาย'), 'สมชาย: พ่อกับ');
  assert.equal(read('지민이와 바다', '지민'), ': 지민이와 바다');
  assert.equal(read('지민과 바다', '지민'), '지민: 바다');
  assert.equal(read('光の海', '光'), '~光=p1: 光の海');
});

test('whole words, and the longest name', () => {
  assert.equal(read('banana and anatomy', 'Ana', 'Tom'), ': banana and anatomy');
  assert.equal(read('Ana Maria in Rome', 'Ana', 'Ana Maria'), 'Ana Maria: in Rome');
  assert.equal(read('Ana in Rome', 'Ana', 'Ana Maria'), 'Ana: in Rome');
  assert.equal(read('Ana, Maria', 'Ana Maria', 'Ana', 'Maria'), 'Ana Maria: ');
  assert.equal(read('Ana. Maria', 'Ana Maria'), 'Ana Maria: ');
  // Whoever is called alike but for the accents is meant too.
  assert.equal(read('ana', 'Ana', 'Ána'), 'Ana|Ána: ');
});

test('an everyday word takes no photo away', () => {
  assert.equal(read('rose in a vase', 'Rose'), '~rose=p1: rose in a vase');
  assert.equal(read('Rose and Ana', 'Rose', 'Ana'), 'Ana ~rose=p1: Rose');
  assert.equal(read('the beach in May', 'May'), '~may=p1: the beach in May');
  assert.equal(read('Rose Kowalski in May', 'Rose Kowalski', 'May'), 'Rose Kowalski ~may=p2: in May');
  assert.equal(read('an old car', 'An'), '~an=p1: an old car');
  assert.equal(read('April May', 'April May'), '~april=p1 ~may=p1: April May');
});

test('a part of a name raises whoever has it', () => {
  assert.equal(read('Paris at night', 'Paris Jones'), '~paris=p1: Paris at night');
  assert.equal(read('jones', 'Paris Jones', 'Eva Jones'), '~jones=p1,p2: jones');
  // Two letters may be anything, and a middle name is nobody's name alone.
  assert.equal(read('li on a bridge', 'Li Wang'), ': li on a bridge');
  assert.equal(read('maria', 'Ana Maria Novak'), ': maria');
});

test('"or" joins names, "without" and a minus turn them round', () => {
  assert.equal(read('Ana or Ben at home', 'Ana', 'Ben'), 'Ana|Ben: at home');
  assert.equal(read('Ana oder Ben oder Eva', 'Ana', 'Ben', 'Eva'), 'Ana|Ben|Eva: ');
  assert.equal(read('beach without Ana', 'Ana'), '!Ana: beach');
  assert.equal(read('beach -Ana', 'Ana'), '!Ana: beach');
  assert.equal(read('Ben but not Ana', 'Ana', 'Ben'), 'Ben !Ana: ');
  assert.equal(read('mother-Ana', 'Ana'), 'Ana: mother');
});

test('no name is found among none, and none in no words', () => {
  assert.equal(read('Ana on the beach'), ': Ana on the beach');
  assert.equal(read('', 'Ana'), ': ');
  assert.equal(read('!?', 'Ana'), ': !?');
  assert.equal(read('ana', '!!'), ': ana');
});
