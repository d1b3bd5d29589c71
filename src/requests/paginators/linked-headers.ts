import { CaseInsensitiveDict } from '../../manifest/interpolation/python-dict';
import { parseLinkHeader } from './link-header';

/**
 * An answer's headers as a paginator's templates see them: any case finds a name, and `link`, written exactly so, is the
 * parsed Link header (`{}` without one) while `Link` is its text.
 */
export class LinkedHeaders extends CaseInsensitiveDict {
  private readonly links = parseLinkHeader(this.text());

  override get(key: unknown): unknown {
    return key === 'link' ? this.links : super.get(key);
  }

  override has(key: unknown): boolean {
    return key === 'link' || super.has(key);
  }

  override keys(): unknown[] {
    return [...new Set([...super.keys(), 'link'])];
  }

  override get size(): number {
    return this.keys().length;
  }

  private text(): string | undefined {
    const value = super.get('link');
    return typeof value === 'string' ? value : undefined;
  }
}
