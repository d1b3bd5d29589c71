import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { TestState } from './test-state';

export const TestContext = createContext<TestState | null>(null);

/** The tests around a component of the test panel. */
export function useTests(): TestState {
  const tests = useContext(TestContext);
  if (!tests) throw new Error('This component stands outside of the test panel.');
  return tests;
}
