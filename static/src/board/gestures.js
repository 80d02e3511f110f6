// Fingers, mouse and wheel on the board: drag a card, pan and pinch the scene, tap to open.

const STILL = 6; // pixels a finger may tremble and still be tapping
const DRAG_EVERY = 66; // ms between the places others are told of

/**
 * @typedef {object} Hands
 * @property {(id: string) => { x: number, y: number }} placeOf where a note is drawn, in scene units
 * @property {(element: Element) => string | null} grab the card under a finger, if it may be moved
 * @property {(id: string) => void} tap
 * @property {(id: string, x: number, y: number) => void} drag while it moves, in scene units
 * @property {(id: string, x: number, y: number) => void} tell now and then while it moves
 * @property {(id: string, x: number, y: number, clientX: number, clientY: number) => void} drop
 */

/**
 * @param {HTMLElement} window
 * @param {import('./camera.js').Camera} camera
 * @param {Hands} hands
 * @returns {() => void} stop listening
 */
export function listen(window, camera, hands) {
  /** @type {Map<number, { x: number, y: number }>} */
  const fingers = new Map();
  /** @type {{ id: string, dx: number, dy: number, startX: number, startY: number, moved: boolean, told: number } | null} */
  let grip = null;
  let panned = false;

  /** @param {PointerEvent} event */
  function down(event) {
    const target = /** @type {Element} */ (event.target);
    if (event.button !== 0 || target.closest('button, a, input, [data-tie]')) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    panned = false;
    camera.locate();
    const card = target.closest('[data-id]');
    if (card && fingers.size === 1) {
      const at = camera.toScene(event.clientX, event.clientY);
      const id = card.getAttribute('data-id') || '';
      const { x, y } = hands.placeOf(id);
      grip = { id, dx: x - at.x, dy: y - at.y, startX: event.clientX, startY: event.clientY, moved: false, told: 0 };
    } else if (fingers.size > 1 && grip && !grip.moved) {
      grip = null;
    }
    if (!card || fingers.size > 1) window.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  function move(event) {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    fingers.set(event.pointerId, now);
    if (grip && fingers.size === 1) dragHeld(event);
    else if (fingers.size === 1) pan(before, now);
    else if (fingers.size === 2) pinch(event.pointerId, before, now);
  }

  /** @param {PointerEvent} event */
  function dragHeld(event) {
    if (!grip) return;
    if (!grip.moved) {
      if (Math.hypot(event.clientX - grip.startX, event.clientY - grip.startY) < STILL) return;
      const element = window.querySelector(`[data-id="${grip.id}"]`);
      if (!element || !hands.grab(element)) {
        grip = null;
        return;
      }
      grip.moved = true;
      window.setPointerCapture(event.pointerId);
    }
    const at = camera.toScene(event.clientX, event.clientY);
    hands.drag(grip.id, at.x + grip.dx, at.y + grip.dy);
    if (event.timeStamp - grip.told > DRAG_EVERY) {
      grip.told = event.timeStamp;
      hands.tell(grip.id, at.x + grip.dx, at.y + grip.dy);
    }
  }

  /** @param {{ x: number, y: number }} before @param {{ x: number, y: number }} now */
  function pan(before, now) {
    panned = true;
    camera.move(now.x - before.x, now.y - before.y);
  }

  /** @param {number} id @param {{ x: number, y: number }} before @param {{ x: number, y: number }} now */
  function pinch(id, before, now) {
    const other = [...fingers].find(([key]) => key !== id)?.[1];
    if (!other) return;
    panned = true;
    const was = Math.hypot(before.x - other.x, before.y - other.y) || 1;
    const is = Math.hypot(now.x - other.x, now.y - other.y);
    camera.move((now.x - before.x) / 2, (now.y - before.y) / 2);
    camera.zoom(is / was, (now.x + other.x) / 2 - camera.left, (now.y + other.y) / 2 - camera.top);
  }

  /** @param {PointerEvent} event */
  function up(event) {
    if (!fingers.delete(event.pointerId)) return;
    if (grip && !fingers.size) {
      const { id, dx, dy, moved } = grip;
      grip = null;
      const at = camera.toScene(event.clientX, event.clientY);
      if (moved) hands.drop(id, at.x + dx, at.y + dy, event.clientX, event.clientY);
      else if (event.type === 'pointerup' && !panned) hands.tap(id);
    }
  }

  /** @param {WheelEvent} event */
  function wheel(event) {
    event.preventDefault();
    camera.locate();
    camera.zoom(Math.exp(-event.deltaY * 0.0015), event.clientX - camera.left, event.clientY - camera.top);
  }

  window.addEventListener('pointerdown', down);
  window.addEventListener('pointermove', move);
  window.addEventListener('pointerup', up);
  window.addEventListener('pointercancel', up);
  window.addEventListener('wheel', wheel, { passive: false });
  return () => {
    window.removeEventListener('pointerdown', down);
    window.removeEventListener('pointermove', move);
    window.removeEventListener('pointerup', up);
    window.removeEventListener('pointercancel', up);
    window.removeEventListener('wheel', wheel);
  };
}
