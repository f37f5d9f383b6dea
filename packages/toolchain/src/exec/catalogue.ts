/** What may be said when a module is run on its own. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

export const EXE_CODES: readonly CodeExplanation[] = [
  {
    code: 'EXE001',
    title: 'no such export',
    text: `The module exports no function, or no global, of that name. kickstage exec MODULE.wasm lists what it exports.

With --memory identity no globals can be read.`,
  },
  {
    code: 'EXE002',
    title: 'wrong arguments',
    text: `A function is called with one value for each of its parameters, each of the parameter's type.

A value is type:bits, for instance i32:4294967295 or f64:4607182418800017408: the bits as an unsigned decimal, of a float its
IEEE 754 pattern. On the command line a plain number serves as well.`,
  },
  {
    code: 'EXE003',
    title: 'an import is missing',
    text: `A module can run only when all that it imports is there. --import MODULE.NAME:TYPE makes a function that tells its
arguments and gives zero, --import MODULE.NAME:TYPE:BITS one that gives another value, --import MODULE.NAME one without
results or with whatever results the module wants. --import MODULE.NAME=TYPE:BITS is a global.

References are imported as --import MODULE.NAME=externref:7 or =funcref:null. Memories and tables that a module imports are
made afresh for it. With --memory identity only what firmware has can be
imported (GEN002), and link.NAME has no meaning.`,
  },
  {
    code: 'EXE004',
    title: 'too much memory',
    text: `The machine that a module runs on gets as much RAM as the module asks for, up to 256 MiB (64 MiB with --memory identity).
This one asks for more before it has begun.`,
  },
  {
    code: 'EXE005',
    title: 'the call takes too long',
    text: `A call ends after a number of instructions, so that a loop without end is found. --limit N sets it.`,
  },
  {
    code: 'EXE006',
    title: 'the processor faulted',
    text: `The machine code did something that the processor refuses and that is no trap of WebAssembly. With --memory identity
that is an access where there is no memory. With sandboxed memory it must not happen: please report it with the module.`,
  },
  {
    code: 'EXE007',
    title: 'this names no import',
    text: `Imports are named MODULE.NAME with the results behind a colon: env.print, env.random:i32, env.now:i64:5, and globals with
their value: env.limit=i32:7.`,
  },
  {
    code: 'EXE008',
    title: 'a line that is no request',
    text: `kickstage exec --batch reads one JSON object a line: {"module":path}, {"invoke":name,"args":[…]}, {"get":name} or
{"instance":name}. Lines behind a wrong one are read as if it were not there.`,
  },
  {
    code: 'EXE009',
    title: 'there is no instance',
    text: `A function or global was asked for before any module was named, or the last module could not be instantiated: its answer
says why.`,
  },
];
