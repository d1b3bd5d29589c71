/** What is used here of the WebAssembly interface; TypeScript declares it only together with the browser's. */
declare namespace WebAssembly {
  class Module {
    constructor(binary: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: unknown;
  }
  class Memory {
    constructor(size: { initial: number });
    readonly buffer: ArrayBuffer;
    /** In pages of 64 KB, like `initial`. */
    grow(pages: number): number;
  }
  function validate(binary: Uint8Array): boolean;
}
