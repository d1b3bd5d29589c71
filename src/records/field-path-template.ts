import type { InterpolatedString } from '../manifest/interpolation/interpolated-string';
import { FieldPath } from './field-path';

/** A `FieldPath` whose segments are templates over `config`; compiled again only when they render differently. */
export class FieldPathTemplate {
  private compiled: FieldPath | undefined;
  private readonly isConstant: boolean;

  constructor(private readonly segments: readonly InterpolatedString[]) {
    this.isConstant = segments.every((segment) => segment.isConstant);
  }

  get isEmpty(): boolean {
    return this.segments.length === 0;
  }

  get path(): FieldPath {
    if (this.compiled && this.isConstant) return this.compiled;
    const texts = this.segments.map(segmentText);
    if (!this.compiled || texts.some((text, at) => text !== this.compiled?.texts[at])) this.compiled = new FieldPath(texts);
    return this.compiled;
  }
}

/** Literal typing must not change the name of a field: `1.10` and `007` stay as they are written. */
function segmentText(segment: InterpolatedString): string {
  if (!segment.isConstant) return segment.text();
  const value = segment.eval();
  return typeof value === 'string' ? value : segment.source;
}
