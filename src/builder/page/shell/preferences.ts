import { effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';

/** How a person likes the page; kept by the browser, never anything about a manifest. */
export class Preferences {
  readonly theme = signal<Theme>(themeIn(read('builder.theme')));
  readonly hasLetterKeys = signal(read('builder.letterKeys') !== 'off');
  /** Of the middle column, in percent of what the left one leaves. */
  readonly split = signal(Math.min(Math.max(Number(read('builder.split')) || 50, 25), 75));

  /** Applies them now and when they change. */
  connect(): void {
    effect(() => {
      document.documentElement.dataset.theme = this.theme.value;
      write('builder.theme', this.theme.value);
      write('builder.letterKeys', this.hasLetterKeys.value ? 'on' : 'off');
      write('builder.split', String(this.split.value));
      document.documentElement.style.setProperty('--split-share', String(this.split.value / 100));
    });
  }
}

function themeIn(text: string | null): Theme {
  return text === 'light' || text === 'dark' ? text : 'auto';
}

/** Browsers may refuse their storage. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // It is forgotten, then.
  }
}
