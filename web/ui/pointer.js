/** Dragging with one pointer: a button of the mouse, a pen or a finger, whatever other pointers do meanwhile. */

/**
 * @typedef {object} Drag
 * @property {(event: PointerEvent) => boolean} start whether the drag begins here
 * @property {(event: PointerEvent) => void} move
 * @property {(cancelled: boolean) => void} [end] `cancelled`: a second finger has come, or the browser has taken the pointer for itself
 */

/** Whether the pointer is still pressed: a menu or another window may have kept its release for itself. @param {PointerEvent} event */
export const isHeld = ({ buttons }) => (buttons & 1) === 1;

/**
 * @param {HTMLElement} element @param {Drag} drag @param {AbortSignal} signal
 */
export function onDrag(element, { start, move, end }, signal) {
  /** @type {{ id: number, type: string } | null} */
  let held = null;
  const finish = (/** @type {boolean} */ cancelled) => {
    if (!held) return;
    held = null;
    end?.(cancelled);
  };
  element.addEventListener('pointerdown', (event) => {
    if (held) {
      // Two fingers mean something else; a hand that lies beside a pen means nothing.
      if (event.pointerType === 'touch' && held.type === 'touch' && event.pointerId !== held.id) finish(true);
      return;
    }
    if (event.button !== 0 || !event.isPrimary || !start(event)) return;
    held = { id: event.pointerId, type: event.pointerType };
    element.setPointerCapture(event.pointerId);
  }, { signal });
  element.addEventListener('pointermove', (event) => {
    if (event.pointerId !== held?.id) return;
    if (isHeld(event)) move(event);
    else finish(false);
  }, { signal });
  for (const [kind, cancelled] of /** @type {const} */ ([['pointerup', false], ['pointercancel', true], ['lostpointercapture', false]])) {
    element.addEventListener(kind, (event) => { if (event.pointerId === held?.id) finish(cancelled); }, { signal });
  }
  signal.addEventListener('abort', () => finish(false), { once: true });
}
