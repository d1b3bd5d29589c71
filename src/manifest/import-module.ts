/** Loads a module by its URL. A file of its own, because the bundle of the command takes it from the file that starts it (scripts/start.cjs). */
export const importModule = (url: string): Promise<unknown> => import(url);
