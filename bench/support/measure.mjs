// CPU time, peak memory and duration of a program, from Linux's /proc.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Seconds of CPU that the ended children of this process took, in steps of 10 ms. */
function childrenCpu() {
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}

/** The largest resident size that a process has had so far, in MB; undefined once it has ended. */
function peakMemory(pid) {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/** Certificates of the machine, which Node reads at each start: 35 ms for a usual bundle, whatever the program does. */
const WITHOUT_MACHINE = { NODE_EXTRA_CA_CERTS: undefined };

/**
 * Runs a program to its end, nothing else beside it. Gives seconds of CPU and of the clock and MB of memory. Its output
 * goes to /dev/null, or to `onOutput`. Throws when it fails.
 */
export async function measure([command, ...args], { env = {}, onOutput } = {}) {
  const before = childrenCpu();
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', onOutput ? 'pipe' : 'ignore', 'pipe'], env: { ...process.env, ...WITHOUT_MACHINE, ...env } });
  let complaint = '';
  child.stderr.on('data', (text) => (complaint = `${complaint}${text}`.slice(-2000)));
  if (onOutput) child.stdout.on('data', onOutput);
  let memory = 0;
  const sampler = setInterval(() => (memory = peakMemory(child.pid) ?? memory), 10);
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  clearInterval(sampler);
  const wall = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${code}: ${complaint}`);
  return { cpu: childrenCpu() - before, wall, memory };
}

/** The middle one of several measurements, value by value. */
export async function medianOf(times, run) {
  const results = [];
  for (let time = 0; time < times; time++) results.push(await run());
  const middle = (key) => results.map((each) => each[key]).sort((a, b) => a - b)[Math.floor(times / 2)];
  return Object.fromEntries(Object.keys(results[0]).map((key) => [key, middle(key)]));
}
