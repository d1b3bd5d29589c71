// Two small diagrams as one SVG: seconds of CPU and megabytes of memory over a size.
const WIDTH = 360;
const HEIGHT = 220;
const MARGIN = { left: 48, right: 12, top: 28, bottom: 28 };

/** 1, 2 or 5 times a power of ten, not below `value`. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].find((factor) => factor * power >= value) * power;
}

const short = (value) => Number(value.toPrecision(3)).toString();

function diagram(at, title, points, of) {
  const [width, height] = [WIDTH - MARGIN.left - MARGIN.right, HEIGHT - MARGIN.top - MARGIN.bottom];
  const [largestX, largestY] = [Math.max(...points.map(({ x }) => x)), roundUp(Math.max(...points.map(of)))];
  const place = (point) => `${(MARGIN.left + (point.x / largestX) * width).toFixed(1)},${(MARGIN.top + height - (of(point) / largestY) * height).toFixed(1)}`;
  const lines = [0, 0.5, 1].map((part) => {
    const y = MARGIN.top + height * (1 - part);
    return `<line x1="${MARGIN.left}" y1="${y}" x2="${WIDTH - MARGIN.right}" y2="${y}" stroke="#ddd"/><text x="${MARGIN.left - 6}" y="${y + 4}" text-anchor="end">${short(largestY * part)}</text>`;
  });
  return `<g transform="translate(${at} 0)"><text x="${MARGIN.left}" y="16">${title}</text>${lines.join('')}
<polyline points="${points.map(place).join(' ')}" fill="none" stroke="#1f6feb" stroke-width="2"/>
${points.map((point) => `<circle cx="${place(point).replace(',', '" cy="')}" r="3" fill="#1f6feb"/>`).join('')}
<text x="${MARGIN.left}" y="${HEIGHT - 8}">0</text><text x="${WIDTH - MARGIN.right}" y="${HEIGHT - 8}" text-anchor="end">${short(largestX)}</text></g>`;
}

/** `points`: `{ x, cpu, memory }`. */
export function plot(title, points) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH * 2} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${diagram(0, `${title} → seconds of CPU`, points, ({ cpu }) => cpu)}
${diagram(WIDTH, 'peak memory, MB', points, ({ memory }) => memory)}
</svg>
`;
}
