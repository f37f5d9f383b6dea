import { describe, expect, test } from 'vitest';
import { addMember, findLiteral, removeMember, renameMember, replaceText } from './edit-source.ts';

const CONFIG = `import { app, defineConfig } from 'kickstage';
// defineConfig in a comment is followed by nothing
export default defineConfig({
  apps: {
    app1: app({ entry: 'apps/app1.ts', size: '128K' }), // the slow one
    // The fast one,
    // with a comment of two lines.
    'app2': app({
      entry: 'apps/app2.ts', /* { */ size: '128K'
    })
  },
  boot: { default: 'app1', fallback: ['app2', "app1"] },
});
`;

test('a member is added behind the last one, with its indentation', () => {
  const added = addMember(CONFIG, ['apps'], 'app3', 'app({})')!;
  expect(added).toBe(CONFIG.replace("'128K'\n    })\n", "'128K'\n    }),\n    app3: app({}),\n"));
  const again = addMember(added, ['apps'], 'app4', 'app({})')!;
  expect(again).toContain('    app3: app({}),\n    app4: app({}),\n  },');
});

test('on one line it stays one line; into nothing it gets a line of its own', () => {
  expect(addMember('export default { apps: { a: 1 } }', ['apps'], 'b', '2')).toBe(
    'export default { apps: { a: 1, b: 2 } }',
  );
  expect(addMember('export default {\n  apps: {},\n}', ['apps'], 'b', '2')).toBe(
    'export default {\n  apps: {\n    b: 2,\n  },\n}',
  );
});

test('a comment behind the last member keeps its place', () => {
  const text = 'export default {\n\tapps: {\n\t\ta: 1, // one\n\t},\n};\n';
  expect(addMember(text, ['apps'], 'b', '2')).toBe(text.replace('// one\n', '// one\n\t\tb: 2,\n'));
});

test('a member is removed with its line and the comment above it', () => {
  expect(removeMember(CONFIG, ['apps'], 'app2')).toBe(CONFIG.replace(/ {4}\/\/ The fast one,[\s\S]*?\}\)\n/, ''));
  expect(removeMember(CONFIG, ['apps'], 'app1')).toBe(CONFIG.replace(/ {4}app1:.*\n/, ''));
});

test.each([
  ['{ a: 1, b: 2, c: 3 }', 'a', '{ b: 2, c: 3 }'],
  ['{ a: 1, b: 2, c: 3 }', 'b', '{ a: 1, c: 3 }'],
  ['{ a: 1, b: 2, c: 3 }', 'c', '{ a: 1, b: 2 }'],
  ['{ a: 1 }', 'a', '{  }'],
])('%s without %s', (text, name, result) => {
  expect(removeMember(`export default { apps: ${text} }`, ['apps'], name)).toBe(`export default { apps: ${result} }`);
});

describe('renaming', () => {
  test('a key, quoted or not, or a shorthand', () => {
    expect(renameMember(CONFIG, ['apps'], 'app1', 'one')).toBe(CONFIG.replace('app1: app', 'one: app'));
    expect(renameMember(CONFIG, ['apps'], 'app2', 'two')).toBe(CONFIG.replace("'app2': app", "'two': app"));
    expect(renameMember('export default { apps: { a, b } }', ['apps'], 'b', 'c')).toBe(
      'export default { apps: { a, c: b } }',
    );
  });

  test('a text, alone or in a list', () => {
    expect(replaceText(CONFIG, ['boot', 'default'], 'app1', 'one')).toBe(
      CONFIG.replace("default: 'app1'", "default: 'one'"),
    );
    expect(replaceText(CONFIG, ['boot', 'fallback'], 'app1', 'one')).toBe(CONFIG.replace('"app1"', '"one"'));
    expect(replaceText(CONFIG, ['boot', 'default'], 'app2', 'one')).toBeUndefined();
  });
});

test('what is not written as a literal is left alone', () => {
  const elsewhere = "const apps = { a: 1 };\nexport default defineConfig({ apps, boot: { default: 'a' } });\n";
  expect(addMember(elsewhere, ['apps'], 'b', '2')).toBeUndefined();
  expect(removeMember(elsewhere, ['apps'], 'a')).toBeUndefined();
  expect(findLiteral('export default makeConfig;', ['apps'])).toBeUndefined();
});
