// Numbers for people: three significant digits, a true minus sign.

export function format(value, digits = 3) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text =
    size >= 1e4 || size < 1e-3
      ? size.toExponential(digits - 1).replace('e+', 'e')
      : plain(size, digits);
  return (value < 0 ? '−' : '') + text.replace('e-', 'e−');
}

function plain(size, digits) {
  const whole = Math.floor(Math.log10(size)) + 1;
  return size.toFixed(Math.max(0, digits - Math.max(whole, 0) - (whole <= 0 ? whole : 0)));
}

export function signed(value, digits = 3) {
  return (value > 0 ? '+' : '') + format(value, digits);
}

export function percent(share) {
  if (!Number.isFinite(share)) return '–';
  const value = share * 100;
  if (value > 0 && value < 0.1) return '<0.1';
  if (value < 100 && value > 99.9) return '>99.9';
  return value.toFixed(1);
}

/** A whole number, its digits in threes. Browsers' own formats take 20 ms when first used. */
export function grouped(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Keeps foreign text short and on one line. */
export function clip(text, length = 40) {
  const line = String(text).replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
