/** From the root of the manifest. */
export type Path = readonly (string | number)[];
