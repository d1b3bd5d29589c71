/**
 * The kinds of component and the TypeScript interface of each. A room adds its own:
 * `declare module '../manifest/kinds' { interface ComponentKinds { Decoder: Decoder } }`
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface ComponentKinds {}

export type Kind = keyof ComponentKinds & string;
