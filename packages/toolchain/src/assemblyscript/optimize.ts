/**
 * Binaryen's optimiser, with every setting of it written down: settings are global to the library, and the same input
 * must give the same bytes whatever ran before. `speed` and `size` differ in how much is inlined and duplicated.
 *
 * A function with one caller is always inlined: on this machine a call costs more than it saves.
 */
import binaryen from 'binaryen';

export type OptimizationLevel = 'none' | 'speed' | 'size';

interface Settings {
  readonly optimizeLevel: number;
  readonly shrinkLevel: number;
  /** Sizes in binaryen's measure: about the number of expressions. */
  readonly alwaysInline: number;
  readonly flexibleInline: number;
}

const SETTINGS: Readonly<Record<Exclude<OptimizationLevel, 'none'>, Settings>> = {
  speed: { optimizeLevel: 3, shrinkLevel: 0, alwaysInline: 12, flexibleInline: 70 },
  size: { optimizeLevel: 3, shrinkLevel: 2, alwaysInline: 2, flexibleInline: 65 },
};

const ONE_CALLER_INLINE = 100_000;

export function optimizeModule(module: binaryen.Module, level: OptimizationLevel): void {
  if (level === 'none') return;
  const settings = SETTINGS[level];
  binaryen.setOptimizeLevel(settings.optimizeLevel);
  binaryen.setShrinkLevel(settings.shrinkLevel);
  binaryen.setAlwaysInlineMaxSize(settings.alwaysInline);
  binaryen.setFlexibleInlineMaxSize(settings.flexibleInline);
  binaryen.setOneCallerInlineMaxSize(ONE_CALLER_INLINE);
  binaryen.setAllowInliningFunctionsWithLoops(true);
  binaryen.setFastMath(false);
  // Address 0 and what follows it is flash or memory like any other.
  binaryen.setLowMemoryUnused(false);
  binaryen.setZeroFilledMemory(false);
  binaryen.setDebugInfo(true);
  // What a second turn would find, the code generator finds, too: the images come out the same.
  module.optimize();
}
