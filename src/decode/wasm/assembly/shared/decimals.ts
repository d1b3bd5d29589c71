// Numbers as texts: what JavaScript's Number(text) and String(number) do, for the numbers that reports are full of.

const MINUS: u8 = 0x2d;
const POINT: u8 = 0x2e;
const ZERO: u8 = 0x30;
/** A double holds every number of so many decimal digits. */
const MOST_DIGITS: usize = 15;

/** Powers of ten, which doubles hold exactly. */
const TENS = memory.data<f64>([1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]);
const FIVES = memory.data<u64>([
  1, 5, 25, 125, 625, 3125, 15625, 78125, 390625, 1953125, 9765625, 48828125, 244140625, 1220703125, 6103515625, 30517578125, 152587890625, 762939453125, 3814697265625,
  19073486328125, 95367431640625,
]);

/** The number of a text `-12.50` with at most 15 digits, rounded once as Number(text) does; NaN for all others. */
export function parseDecimal(start: usize, end: usize): f64 {
  const isNegative = start < end && load<u8>(start) == MINUS;
  const first = isNegative ? start + 1 : start;
  let digits: u64 = 0;
  let point: usize = 0;
  let at = first;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte - ZERO < 10) digits = digits * 10 + <u64>(byte - ZERO);
    else if (byte == POINT && point == 0 && at > first) point = at;
    else return NaN;
    if (at - first > MOST_DIGITS) return NaN;
  }
  const fraction = point == 0 ? 0 : end - point - 1;
  if (at == first || (point != 0 && fraction == 0) || at - first - usize(point != 0) > MOST_DIGITS) return NaN;
  // Both are exact, so that the division rounds once.
  const value = <f64>digits / load<f64>(TENS + (fraction << 3));
  return isNegative ? -value : value;
}

/** Writes a whole number below 2 ** 53, and returns the end. -0 is 0. */
export function writeInteger(to: usize, value: f64): usize {
  if (value < 0) store<u8>(to++, MINUS);
  return writeDigits(to, <u64>abs(value), countDigits(<u64>abs(value)));
}

/**
 * Writes a number that is not whole, with the fewest digits that read back as the same double and, among these, those that are
 * nearest to it; returns the end. From 0.0001 on, so that there is no exponent; else 0.
 *
 * This is Raffaello Giulietti's way (The Schubfach way to render doubles, 2020). For numbers of this size the products are exact
 * and need no table of approximations: the number is c * 2**q, c with 53 bits and q from -66 to -1, and in units of 10**k, where
 * 10**k <= 2**q < 10**(k+1), it is c * 5**-k * 2**(q-k). (Below a power of
 * two doubles lie closer, but those of this size are decimals of a few digits themselves.)
 */
export function writeFraction(to: usize, value: f64): usize {
  const size = abs(value);
  if (!(size >= 0.0001 && size < 9007199254740992)) return 0;
  const bits = reinterpret<u64>(size);
  const c = (bits & 0xfffffffffffff) | 0x10000000000000;
  const q = <i32>(bits >> 52) - 1075;
  // The floor of the logarithm of 2**q.
  const k = (q * 1262611) >> 22;
  const factor = load<u64>(FIVES + (<usize>-k << 3));
  const shift = <u64>(k - q);
  const low = scaled((c << 2) - 2, factor, shift);
  const middle = scaled(c << 2, factor, shift);
  const high = scaled((c << 2) + 2, factor, shift);
  // Ends of the interval belong to it when c is even.
  const odd = c & 1;
  const floor = middle >> 2;

  if (value < 0) store<u8>(to++, MINUS);
  const tens = floor / 10;
  const isLowIn = low + odd <= tens * 40;
  const isHighIn = (tens + 1) * 40 + odd <= high;
  if (isLowIn != isHighIn) {
    let digits = isLowIn ? tens : tens + 1;
    let exponent = k + 1;
    while (digits % 10 == 0) {
      digits /= 10;
      exponent++;
    }
    return writePoint(to, digits, exponent);
  }
  const isFloorIn = low + odd <= floor << 2;
  const isNextIn = ((floor + 1) << 2) + odd <= high;
  if (isFloorIn != isNextIn) return writePoint(to, isFloorIn ? floor : floor + 1, k);
  const beyondHalf = <i64>(middle - (floor << 2)) - 2;
  return writePoint(to, beyondHalf < 0 || (beyondHalf == 0 && (floor & 1) == 0) ? floor : floor + 1, k);
}

/**
 * Python's round(value, places) of a float, for at most 15 places: the nearest one, of two that are equally near the even one. NaN when the
 * result has more digits than a double holds.
 */
export function roundDecimal(value: f64, places: i32): f64 {
  const size = abs(value);
  const tens = load<f64>(TENS + (<usize>places << 3));
  if (!(size * tens < 9007199254740992)) return NaN;
  const exponent = <i32>(reinterpret<u64>(size) >> 52) - 1075;
  const shift = -(exponent + places);
  // Without a digit behind those places.
  if (value == 0 || shift <= 0) return value;
  if (shift > 63) return size * tens < 0.25 ? copysign<f64>(0, value) : NaN;
  const c = (reinterpret<u64>(size) & 0xfffffffffffff) | 0x10000000000000;
  const quarters = scaled(c << 2, load<u64>(FIVES + (<usize>places << 3)), shift);
  const floor = quarters >> 2;
  const rest = quarters & 3;
  const isUp = rest == 3 || (rest == 2 && (floor & 1) != 0);
  return copysign<f64>(<f64>(floor + u64(isUp)) / tens, value);
}

/** `value * factor / 2**shift`, whose lowest bit is set when something was cut off. Below 2**64. */
function scaled(value: u64, factor: u64, shift: u64): u64 {
  const valueLow = value & 0xffffffff;
  const valueHigh = value >> 32;
  const factorLow = factor & 0xffffffff;
  const factorHigh = factor >> 32;
  const lowest = valueLow * factorLow;
  const cross = valueHigh * factorLow + (lowest >> 32);
  const middle = valueLow * factorHigh + (cross & 0xffffffff);
  const low = (middle << 32) | (lowest & 0xffffffff);
  const high = valueHigh * factorHigh + (cross >> 32) + (middle >> 32);
  if (shift == 0) return low;
  const rest = low & ((<u64>1 << shift) - 1);
  return (high << (64 - shift)) | (low >> shift) | u64(rest != 0);
}

/** Writes `digits * 10**exponent`, the exponent below 0. */
function writePoint(to: usize, digits: u64, exponent: i32): usize {
  const count = countDigits(digits);
  const whole = <i32>count + exponent;
  if (whole > 0) {
    const end = writeDigits(to, digits, count);
    for (let at = end; at > to + <usize>whole; at--) store<u8>(at, load<u8>(at - 1));
    store<u8>(to + <usize>whole, POINT);
    return end + 1;
  }
  store<u16>(to, 0x2e30);
  to += 2;
  for (let zeros = -whole; zeros > 0; zeros--) store<u8>(to++, ZERO);
  return writeDigits(to, digits, count);
}

function countDigits(value: u64): usize {
  let count: usize = 1;
  for (let limit: u64 = 10; count < 19 && value >= limit; limit *= 10) count++;
  return count;
}

/** Writes the last `count` digits, at most 18. */
function writeDigits(to: usize, value: u64, count: usize): usize {
  const end = to + count;
  const high = <u32>(value / 1000000000);
  let part = <u32>(value - <u64>high * 1000000000);
  for (let at = end, left = count; left > 0; ) {
    const next = part / 10;
    store<u8>(--at, ZERO + <u8>(part - next * 10));
    part = next;
    left--;
    if (count - left == 9) part = high;
  }
  return end;
}
