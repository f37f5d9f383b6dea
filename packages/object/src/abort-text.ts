/** What a program says as it ends itself: the text of an assertion, a `throw` or abort(). It is not in the image. */
import type { SourcePlace } from './source-place.ts';

export interface AbortText {
  readonly place: SourcePlace;
  readonly text: string;
}
