import type { Diagnostic } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import type { AppConfig } from '../define.ts';
import type { UpdatesConfig } from '../updates/config.ts';
import type { ConfigRule } from './rule.ts';

const CODE = 'MAP032';

export const verification: ConfigRule = {
  code: CODE,
  title: 'a verification that cannot be as it is written',
  text: `Settings of an app's \`verify\` that do not go together: \`verify: 'signature'\` needs a key that is trusted; the names in an
app's \`keys\` are those of the config's \`keys\`; keys, security counter and \`downgrade\` mean something only where images are
verified, for only those have a header. What \`verifyWhen: 'change'\` and \`rollback: 'journal'\` remember is in the journal: it
knows apps that can be updated, and is not there with \`updates: { state: 'ram' }\`. A bootloader that tells images by a magic
word can verify them, too.`,
  check: (parts, at) =>
    [...parts.apps].flatMap(([name, app]) =>
      [...problemsOf(app, Object.keys(parts.keys ?? {})), ...unremembered(app, parts.updates)].map(
        ({ what, key, got, why, fix }): Diagnostic => ({
          code: CODE,
          severity: 'error',
          what: `\`${name}\` ${what}`,
          at: at(`apps.${name}.${key}`),
          ...(got === undefined ? {} : { got }),
          why,
          fix,
        }),
      ),
    ),
};

/** What the journal is to remember where there is none, or where it does not know the app. */
function unremembered(app: AppConfig, updates: UpdatesConfig | undefined): Problem[] {
  const wanted = [
    ...(app.verifyWhen === 'change' ? ['verifyWhen'] : []),
    ...(app.rollback === 'journal' ? ['rollback'] : []),
  ];
  const isKept = updates?.state !== 'ram';
  if (app.verify === undefined || app.verify === 'none' || (app.update !== undefined && isKept)) return [];
  return wanted.map((key) => ({
    what: `wants something remembered (\`${key}\`), and nothing remembers it`,
    key,
    why: isKept ? 'the journal knows apps that can be updated' : "with updates: { state: 'ram' } there is no journal",
    fix: isKept ? `give it an update: true, or leave out ${key}` : `leave out state, or ${key}`,
  }));
}

interface Problem {
  readonly what: string;
  readonly key: string;
  readonly got?: string;
  readonly why: string;
  readonly fix: string;
}

function problemsOf(app: AppConfig, known: readonly string[]): Problem[] {
  const { verify = 'none', keys } = app;
  const problems: Problem[] = [];
  if (verify === 'signature' && (keys ?? known).length === 0)
    problems.push({
      what: 'is to be signed, and no key is trusted',
      key: 'verify',
      why: 'the bootloader would start nothing',
      fix: "kickstage keys new keys/main.pem, and in the config keys: { main: 'keys/main.pem' }",
    });
  if (verify !== 'signature' && keys !== undefined)
    problems.push({
      what: 'has keys, and its signature is not verified',
      key: 'keys',
      why: `verify is '${verify}'`,
      fix: "write verify: 'signature', or leave out keys",
    });
  for (const name of keys ?? []) if (!known.includes(name)) problems.push(unknownKeyName(name, known));
  if (verify !== 'none') return problems;
  for (const key of ['verifyWhen', 'securityCounter', 'rollback', 'downgrade'] as const)
    if (app[key] !== undefined)
      problems.push({
        what: `has \`${key}\`, and its images are not verified`,
        key,
        why: 'only verified images have a header that tells version and counter',
        fix: `write verify: 'signature', or leave out ${key}`,
      });
  return problems;
}

function unknownKeyName(name: string, known: readonly string[]): Problem {
  const near = nearMiss(name, known);
  return {
    what: `trusts a key that is not among \`keys\``,
    key: 'keys',
    got: `'${name}'`,
    why: known.length === 0 ? 'the config has no keys' : `they are ${known.join(', ')}`,
    fix: near ? `did you mean '${near}'?` : 'add it to keys of the config',
  };
}
