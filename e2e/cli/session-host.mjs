/**
 * The process behind `kickstage` of run-cli.ts: runs one command after the other as its parent sends them. The command
 * line's door is loaded afresh for each; what it loads in turn stays warm, the compiler above all. Streams are caught,
 * not inherited; folder and environment are those of the request.
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

function takeEnvironment(env) {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}

async function run({ cwd, args, env }) {
  Object.assign(streams, { stdout: '', stderr: '' });
  process.chdir(cwd);
  takeEnvironment(env);
  process.argv.splice(1, Number.POSITIVE_INFINITY, 'kickstage', ...args);
  process.exitCode = undefined;
  await import(`${main}?${count++}`);
  process.stdout.removeAllListeners('error');
  return { code: process.exitCode ?? 0, ...streams };
}

process.on('message', async (request) => {
  try {
    process.send(await run(request));
  } catch (error) {
    process.send({ code: null, stdout: streams.stdout, stderr: `${streams.stderr}${error.stack}` });
  }
});
