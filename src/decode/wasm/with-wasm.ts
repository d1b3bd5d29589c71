/** Compiled once; there are as many as programs in `assembly/`. */
const modules = new Map<string, WebAssembly.Module | undefined>();

/**
 * What `make` makes of a new instance of a program in `assembly/`, which has a memory of its own. `program`: the default
 * export of its module in `generated/`. Undefined where the machine or the runtime has no WebAssembly SIMD or no room for
 * one more memory; then the caller does the work in TypeScript.
 */
export function withWasm<Exports, Made>(program: string, make: (exports: Exports) => Made): Made | undefined {
  if (!modules.has(program)) modules.set(program, compile(program));
  const module = modules.get(program);
  if (!module) return undefined;
  try {
    return make(new WebAssembly.Instance(module).exports as Exports);
  } catch (error) {
    // The engine's word for memory that it cannot give.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function compile(program: string): WebAssembly.Module | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  const binary = Buffer.from(program, 'base64');
  return WebAssembly.validate(binary) ? new WebAssembly.Module(binary) : undefined;
}
