/**
 * The process behind `CliSession`: runs one command after the other as its parent sends them. The command line's door is
 * loaded afresh for each; what it loads in turn stays warm, the compiler above all. Streams are caught, not inherited.
 */
import { pathToFileURL } from 'node:url';

const main = pathToFileURL(process.argv[2]).href;
const streams = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr']) {
  process[name].write = (chunk, encoding, done) => {
    streams[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    (typeof encoding === 'function' ? encoding : done)?.();
    return true;
  };
}

let count = 0;

async function run(cwd, args) {
  Object.assign(streams, { stdout: '', stderr: '' });
  process.chdir(cwd);
  process.argv.splice(1, Number.POSITIVE_INFINITY, 'kickstage', ...args);
  process.exitCode = undefined;
  await import(`${main}?${count++}`);
  process.stdout.removeAllListeners('error');
  return { code: process.exitCode ?? 0, ...streams };
}

process.on('message', async ({ cwd, args }) => {
  try {
    process.send(await run(cwd, args));
  } catch (error) {
    process.send({ code: null, stdout: streams.stdout, stderr: `${streams.stderr}${error.stack}` });
  }
});
