/** The order of test files: those that take longest come first, so that at the end no worker waits for one of them. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const HEAVY = [
  'powercut/powercut',
  'planted-faults',
  'exec/fuzz/',
  'exec/size.test',
  'verify/fault-injection',
  'assemble.referee',
  'updates/bad-input',
  'updates/demo',
];

export class HeavyFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = HEAVY.findIndex((part) => moduleId.includes(part));
      return at < 0 ? HEAVY.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
