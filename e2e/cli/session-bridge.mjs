/**
 * The thread between a test, which waits without turning its event loop, and the session's process: takes a request from
 * the port, has it run, posts the answer and wakes the test. A command that takes too long ends the process, and the
 * next one gets a new one.
 */
import { fork } from 'node:child_process';
import { workerData } from 'node:worker_threads';

const { port, signal, host, main, patience } = workerData;
/** @type {import('node:child_process').ChildProcess | undefined} */
let session;

/** The session's process ends with this one: its channel closes. */
function start() {
  const started = fork(host, [main], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
  for (const stream of [started.stdout, started.stderr]) stream.resume();
  return started;
}

function ask(request) {
  session ??= start();
  const running = session;
  return new Promise((resolve) => {
    const end = (answer) => {
      clearTimeout(timer);
      running.removeAllListeners();
      resolve(answer);
    };
    const fail = (what) => {
      session = undefined;
      running.kill();
      end({ code: null, stdout: '', stderr: `kickstage ${request.args.join(' ')} ${what}` });
    };
    const timer = setTimeout(() => fail('takes too long'), patience);
    running.once('message', end);
    running.once('exit', (code, reason) => fail(`ended its process with ${code ?? reason}`));
    running.send(request);
  });
}

port.on('message', async (request) => {
  port.postMessage(await ask(request));
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
});
