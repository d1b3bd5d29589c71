/** Compiled once; there are as many as programs in `assembly/`. */
const modules = new Map<string, WebAssembly.Module | undefined>();

/** Memories that nobody uses, full of zeros like new ones: for V8, each new one is a reason to look through the whole heap soon. */
const idle: WebAssembly.Memory[] = [];
const MOST_IDLE = 8;
const LARGEST_IDLE_BYTES = 2 << 20;

/**
 * What `make` makes of a new instance of a program in `assembly/`, which has a memory of its own until that is given back. `program`: the
 * default export of its module in `generated/`. Undefined where the machine or the runtime has no WebAssembly SIMD or no room for
 * one more memory; then the caller does the work in TypeScript.
 */
export function withWasm<Exports extends object, Made>(program: string, make: (exports: Exports) => Made): Made | undefined {
  if (!modules.has(program)) modules.set(program, compile(program));
  const module = modules.get(program);
  if (!module) return undefined;
  try {
    const memory = idle.pop() ?? new WebAssembly.Memory({ initial: 1 });
    return make({ ...(new WebAssembly.Instance(module, { env: { memory } }).exports as Exports) });
  } catch (error) {
    // The engine's word for memory that it cannot give.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Ends the use of an instance, whose memory a later one begins with. Whoever uses it again fails, and cannot disturb that one. */
export function giveBack(program: { memory: WebAssembly.Memory }): void {
  const memory = program.memory as WebAssembly.Memory | undefined;
  for (const name of Object.keys(program)) delete (program as Record<string, unknown>)[name];
  if (!memory || idle.length >= MOST_IDLE || memory.buffer.byteLength > LARGEST_IDLE_BYTES) return;
  new Uint8Array(memory.buffer).fill(0);
  idle.push(memory);
}

function compile(program: string): WebAssembly.Module | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  const binary = Buffer.from(program, 'base64');
  return WebAssembly.validate(binary) ? new WebAssembly.Module(binary) : undefined;
}
