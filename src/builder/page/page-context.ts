import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Api } from './api';
import type { InputSaver } from './inputs/input-saver';
import type { FileActions } from './shell/file-actions';
import type { Preferences } from './shell/preferences';
import type { PageState } from './state';

export interface Page {
  state: PageState;
  api: Api;
  inputs: InputSaver;
  files: FileActions;
  preferences: Preferences;
}

export const PageContext = createContext<Page | null>(null);

/** The page around a component. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('This component stands outside of the page.');
  return page;
}
