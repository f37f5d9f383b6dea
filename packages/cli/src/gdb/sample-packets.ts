/** Packets of all kinds, for tests: they read and write, set breakpoints, run and reset. Good ones, to be damaged. */

const BODIES = [
  ...[
    'g',
    'pf',
    'p11',
    'P17=000000000000f03f',
    'P27=ffffffff',
    'P0=78563412',
    'Pf=00000008',
    'Pd=00000000',
    'P10=00000006',
    'P16=03000000',
    'P11=ffffffff',
  ],
  ...['m8000000,100', 'm40020000,40', 'me000e000,400', 'mfffffff0,ff', 'M40020000,4:00000000', 'Me000ed0c,4:0400fa05'],
  ...[
    'M20000000,8:0123456789abcdef',
    'X8000080,2:ab',
    'Z0,8000080,2',
    'Z1,20000000,2',
    'Z2,20000000,4',
    'Z4,40020000,400',
  ],
  ...[
    'z2,20000000,4',
    's',
    'c',
    'vCont;s',
    'vCont;c',
    'vCont;r8000080,8000084',
    'c20000000',
    'cfffffffe',
    'R00',
    'vRun;',
  ],
  ...['vFlashErase:8000000,4000', 'vFlashWrite:8000080:\x01\x30', '!', 'vKill;1', 'Z3,e000e018,4'],
  ...['press PA0 20', 'reset', 'power-cycle', 'speed full', 'catch all', 'catch none'].map(
    (text) => `qRcmd,${Buffer.from(text).toString('hex')}`,
  ),
];

/** The bodies of the packets, without frames. */
export const SAMPLE_BODIES: readonly Uint8Array[] = BODIES.map((text) => Uint8Array.from(text, (c) => c.charCodeAt(0)));
