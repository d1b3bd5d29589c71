// Python's arithmetic over cells that are read as numbers. Whole numbers and floats are doubles; which of them a value is, is
// known beforehand. What is not that simple (a cell that is no plain number, a division by zero, a whole number that a double
// does not hold) gives NaN, which no result is.

import { parseDecimal, roundDecimal } from './decimals';
import { NULL, valuePlace } from './row-table';

// ../../row-steps.ts knows these numbers.
const CONSTANT: u32 = 1;
const READ: u32 = 2;
const WHOLE: u32 = 3;
const NEGATE: u32 = 4;
const ADD: u32 = 5;
const SUBTRACT: u32 = 6;
const MULTIPLY: u32 = 7;
const DIVIDE: u32 = 8;
/** Of whole numbers: the result is exact or NaN. */
const EXACT: u32 = 9;
const ROUND: u32 = 10;

/** Also how many values wait for their operator at most. */
const stack = memory.data(128);
const LARGEST_WHOLE: f64 = 9007199254740991;

/** `code`: how many operations follow, and for each what it does and the value, the address of the constant or the places after the point, u32. */
export function evaluate(code: usize): f64 {
  let top = stack - 8;
  for (let at = code + 4, end = at + (<usize>load<u32>(code) << 3); at < end; at += 8) {
    const operation = load<u32>(at);
    if (operation == CONSTANT) {
      top += 8;
      store<f64>(top, load<f64>(<usize>load<u32>(at, 4)));
      continue;
    }
    if (operation == READ) {
      const place = valuePlace(load<u32>(at, 4));
      const start = <usize>load<u32>(place);
      if (<u32>start == NULL) return NaN;
      const value = parseDecimal(start, <usize>load<u32>(place, 4));
      if (value != value) return NaN;
      top += 8;
      store<f64>(top, value);
      continue;
    }
    const last = load<f64>(top);
    if (operation < ADD) {
      // `+ 0`: whole numbers have no negative zero.
      store<f64>(top, operation == NEGATE ? -last : trunc(last) + 0);
      continue;
    }
    if (operation == EXACT) {
      if (abs(last) > LARGEST_WHOLE) return NaN;
      store<f64>(top, last + 0);
      continue;
    }
    if (operation == ROUND) {
      const rounded = roundDecimal(last, load<i32>(at, 4));
      if (rounded != rounded) return NaN;
      store<f64>(top, rounded);
      continue;
    }
    top -= 8;
    const left = load<f64>(top);
    if (operation == DIVIDE && last == 0) return NaN;
    store<f64>(top, operation == ADD ? left + last : operation == SUBTRACT ? left - last : operation == MULTIPLY ? left * last : left / last);
  }
  return load<f64>(top);
}
