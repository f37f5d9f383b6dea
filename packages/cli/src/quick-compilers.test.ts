/** No V8 is asked for a flag that it does not have: it would complain on stderr at every build. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quickCompilerFlags } from './quick-compilers.ts';

const names = (v8: string) => quickCompilerFlags(v8).map((flag) => flag.split('=')[0]);

const BUDGET = ['--liftoff-only', '--interrupt-budget'];
const COUNTS = ['--liftoff-only', '--invocation-count-for-turbofan', '--invocation-count-for-osr'];

test.each([
  ['Node 18', '10.2.154.26-node.36', []],
  ['Node 20', '11.3.244.8-node.38', BUDGET],
  ['between, in no Node', '11.6.189.1', []],
  ['Node 21', '11.8.172.17-node.20', COUNTS],
  ['Node 22', '12.4.254.21-node.57', COUNTS],
  ['Node 23', '12.9.202.28-node.14', COUNTS],
  ['Node 24', '13.6.233.17-node.53', COUNTS],
  ['Node 25', '14.1.146.11-node.25', COUNTS],
  ['Node 26', '14.6.202.34-node.34', COUNTS],
  ['one to come', '14.7.1.1', []],
  ['none that is known', '', []],
])('flags of %s, V8 %s', (_node, v8, flags) => {
  expect(names(v8)).toEqual(flags);
});

test('the V8 that runs this test has the flags that it is asked for', () => {
  const options = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  const known = new Set(options.match(/^ {2}--[\w-]+/gm)?.map((name) => name.trim()));
  expect(names(process.versions.v8).filter((name) => !known.has(name))).toEqual([]);
});
