/** `kickstage keys new | show | public`: keys that sign images. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { nearMiss } from '@kickstage/base/near-miss';
import { DEVELOPMENT_COMMENT, developmentReason } from '@kickstage/image/keys/development';
import { KEY_KINDS, KEY_NAMES, type KeyKind, keyId, makePrivateKey, type PrivateKey } from '@kickstage/image/keys/key';
import { writePkcs8 } from '@kickstage/image/keys/key-structures';
import { writePem } from '@kickstage/image/keys/pem';
import type { Command } from 'commander';
import { CommandFailure, type CommonOptions, contextOf, withCommonOptions } from '../command-context.ts';
import { encryptPkcs8 } from '../keys/encrypt-key.ts';
import { warnUnlessIgnored } from '../keys/git.ts';
import { keySource, loadKey } from '../keys/load-key.ts';
import { chooseNewPassword } from '../keys/password.ts';
import { writeKeyFile } from '../keys/write-key.ts';

interface NewOptions extends CommonOptions {
  readonly type: string;
  readonly encrypt?: boolean;
  readonly development?: boolean;
  readonly force?: boolean;
}

interface PublicOptions extends CommonOptions {
  readonly out?: string;
  readonly force?: boolean;
}

const PASSWORDS = `
Passwords come from KICKSTAGE_KEY_PASSWORD, or are asked for in a terminal.`;

export function addKeysCommand(program: Command): void {
  const keys = program.command('keys').description('make and look at keys that sign images');
  withCommonOptions(keys.command('new'))
    .description('make a private key; only you can read the file')
    .argument('<file>', 'file to write: PKCS#8 in PEM')
    .option('--type <kind>', 'ed25519 or p256', 'ed25519')
    .option('--encrypt', 'encrypt it with a password')
    .option('--development', 'mark it as a key for trials, which release builds refuse')
    .option('--force', 'replace the file if it is there')
    .addHelpText('after', PASSWORDS)
    .action(newKey);
  withCommonOptions(keys.command('show'))
    .description("print a key's kind and id")
    .argument('<file>', 'a private or public key: PEM or DER; $NAME reads the environment variable NAME')
    .addHelpText('after', PASSWORDS)
    .action(showKey);
  withCommonOptions(keys.command('public'))
    .description('print the public half of a key')
    .argument('<file>', 'a private or public key: PEM or DER; $NAME reads the environment variable NAME')
    .option('--out <file>', 'write it to a file instead')
    .option('--force', 'replace the file if it is there')
    .addHelpText('after', PASSWORDS)
    .action(publicKey);
}

async function newKey(file: string, options: NewOptions): Promise<void> {
  const { output, cwd } = contextOf(options);
  const kind = readKind(options.type);
  const key = generate(kind);
  const comment = options.development ? DEVELOPMENT_COMMENT : '';
  const pkcs8 = writePkcs8(key);
  const text = options.encrypt
    ? writePem('ENCRYPTED PRIVATE KEY', encryptPkcs8(pkcs8, await chooseNewPassword(file)), comment)
    : writePem('PRIVATE KEY', pkcs8, comment);
  const path = resolve(cwd, file);
  writeKeyFile({ path, name: file, text, isPrivate: true }, options.force === true);
  const id = keyId(key.publicKey);
  output.line(`${output.colors.bold(file)}: a new ${KEY_NAMES[kind]} key${options.encrypt ? ', encrypted' : ''}`);
  output.line(`  id  ${id}`);
  output.line();
  output.line('Keep a copy where nothing is lost: without it boards that trust it take no update.');
  output.object({ event: 'key', file, kind, id, private: true, encrypted: options.encrypt === true });
  output.diagnostics(warnUnlessIgnored(path, file));
}

function readKind(text: string): KeyKind {
  const kind = KEY_KINDS.find((name) => name === text);
  if (kind) return kind;
  const meant = nearMiss(text, KEY_KINDS);
  throw new CommandFailure([
    {
      code: 'CLI004',
      severity: 'error',
      what: `--type ${text}: no kind of key that signs images here`,
      why: `there are ${KEY_KINDS.join(' and ')}`,
      fix: meant ? `did you mean ${meant}?` : 'take ed25519: smaller and faster on the device',
    },
  ]);
}

/** Almost every 256-bit number is a private key. */
function generate(kind: KeyKind): PrivateKey {
  for (;;) {
    const key = makePrivateKey(kind, new Uint8Array(randomBytes(32)));
    if (key) return key;
  }
}

async function showKey(file: string, options: CommonOptions): Promise<void> {
  const { output, cwd } = contextOf(options);
  const key = await loadKey(cwd, keySource(file));
  const { kind } = key.publicKey;
  const id = keyId(key.publicKey);
  const development = developmentReason(key);
  const half = key.privateKey ? `private${key.isEncrypted ? ', encrypted' : ''}` : 'public';
  output.line(`${output.colors.bold(file)}: ${KEY_NAMES[kind]}, ${half}`);
  output.line(`  id           ${id}`);
  if (development !== undefined) output.line(`  development  ${development}`);
  output.object({
    event: 'key',
    file,
    kind,
    id,
    private: key.privateKey !== undefined,
    encrypted: key.isEncrypted,
    ...(development === undefined ? {} : { development }),
  });
}

async function publicKey(file: string, options: PublicOptions): Promise<void> {
  const { output, cwd } = contextOf(options);
  const key = await loadKey(cwd, keySource(file));
  const text = writePem('PUBLIC KEY', key.publicKey.spki, key.isMarked ? DEVELOPMENT_COMMENT : '');
  const id = keyId(key.publicKey);
  if (options.out === undefined) output.text(text);
  else {
    writeKeyFile(
      { path: resolve(cwd, options.out), name: options.out, text, isPrivate: false },
      options.force === true,
    );
    output.line(`${output.colors.bold(options.out)}: ${KEY_NAMES[key.publicKey.kind]}, public`);
    output.line(`  id  ${id}`);
  }
  const out = options.out === undefined ? {} : { out: options.out };
  output.object({
    event: 'key',
    file,
    kind: key.publicKey.kind,
    id,
    private: false,
    encrypted: false,
    pem: text,
    ...out,
  });
}
