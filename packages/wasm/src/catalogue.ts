/** What `explain CODE` says of this package's codes. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

export const CATALOGUE: readonly CodeExplanation[] = [
  {
    code: 'WASM001',
    title: 'malformed WebAssembly module',
    text: `The bytes are not a WebAssembly module: the file is cut short, a number or a name is encoded wrongly, a section is
out of order, or an opcode does not exist. The byte offset says where reading stopped.

Causes: a file that is no WebAssembly module at all, a copy that did not finish, text format (.wat) in place of binary.`,
  },
  {
    code: 'WASM002',
    title: 'invalid WebAssembly module',
    text: `The bytes can be read, but the module breaks the rules of the specification's chapter 3: an operand has the wrong
type, a branch leaves too few values, an index names nothing, an access claims more than natural alignment, an exported
name is there twice.

No compiler makes such a module on purpose. The byte offset names the instruction; \`wasm-objdump -d\` or
\`wasm-dis\` show it in context.`,
  },
  {
    code: 'WASM003',
    title: 'unsupported WebAssembly feature',
    text: `The module needs a proposal beyond WebAssembly 2.0 (sign extension, saturating float-to-integer conversion, bulk
memory, multi-value, reference types): SIMD, threads, exception handling, tail calls, garbage collection or 64-bit memory.
Of references as values, several tables and several memories firmware has none (GEN005); modules that are run by
kickstage exec have them.

AssemblyScript: leave out \`--enable\`. clang: \`-mcpu=mvp -mbulk-memory -msign-ext\`. Rust: \`-C target-cpu=mvp\`.`,
  },
];
