// A box to sign in with finger, pen or mouse; the drawing is sent as a picture, the text field stays for those who type.

const width = 480;
const height = 160;

export function drawSignatures(root: ParentNode): void {
  for (const box of root.querySelectorAll<HTMLElement>('[data-qc-sign]')) {
    const drawn = box.parentElement?.querySelector<HTMLInputElement>('input[data-qc-drawn]');
    if (drawn && !box.firstElementChild) addCanvas(box, drawn);
  }
}

function addCanvas(box: HTMLElement, drawn: HTMLInputElement): void {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', box.dataset['qcSign'] ?? '');
  const again = document.createElement('button');
  again.type = 'button';
  again.className = 'btn btn-quiet btn-sm';
  again.textContent = box.dataset['qcClear'] ?? '';
  box.append(canvas, again);
  const pen = canvas.getContext('2d');
  if (!pen) return;
  pen.lineWidth = 3;
  pen.strokeStyle = '#15242a';
  pen.lineCap = pen.lineJoin = 'round';
  const at = (event: PointerEvent): [number, number] => {
    const edge = canvas.getBoundingClientRect();
    return [((event.clientX - edge.left) / edge.width) * width, ((event.clientY - edge.top) / edge.height) * height];
  };
  let drawing = false;
  canvas.addEventListener('pointerdown', (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
    event.preventDefault();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!drawing) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  canvas.addEventListener('pointerup', () => {
    if (!drawing) return;
    drawing = false;
    drawn.value = canvas.toDataURL('image/png');
    drawn.dispatchEvent(new Event('input', { bubbles: true }));
  });
  again.addEventListener('click', () => {
    pen.clearRect(0, 0, width, height);
    drawn.value = '';
  });
}
