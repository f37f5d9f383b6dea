#!/usr/bin/env node
import * as module from 'node:module';

// Node 22 and later keep the compiled code of a program for its next start.
module.enableCompileCache?.();
await import('../dist/main.js');
