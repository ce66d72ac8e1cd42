// A click on the drawn area fills in latitude and longitude; by keyboard the two inputs do.

const digits = 5;

export function pickPoints(root: ParentNode): void {
  for (const area of root.querySelectorAll<SVGSVGElement>('svg[data-qc-point]')) {
    const [west, south, east, north] = (area.dataset['qcPoint'] ?? '').split(',').map(Number);
    const inputs = area.parentElement?.querySelectorAll<HTMLInputElement>('input');
    const [lat, lng] = inputs ?? [];
    if (!lat || !lng || west === undefined || south === undefined || east === undefined || north === undefined) continue;
    area.addEventListener('click', (event) => {
      const box = area.getBoundingClientRect();
      lat.value = (north - ((event.clientY - box.top) / box.height) * (north - south)).toFixed(digits);
      lng.value = (west + ((event.clientX - box.left) / box.width) * (east - west)).toFixed(digits);
      lat.dispatchEvent(new Event('change', { bubbles: true }));
      mark(area, event.clientX - box.left, event.clientY - box.top);
    });
  }
}

function mark(area: SVGSVGElement, x: number, y: number): void {
  const box = area.getBoundingClientRect();
  const { width, height } = area.viewBox.baseVal;
  const dot = area.querySelector('circle') ?? document.createElementNS('http://www.w3.org/2000/svg', 'circle');
  dot.setAttribute('cx', String((x / box.width) * width));
  dot.setAttribute('cy', String((y / box.height) * height));
  dot.setAttribute('r', '5');
  area.append(dot);
}
