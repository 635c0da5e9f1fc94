/** A photo from the camera: seen first, then taken. The camera is on while the sheet is open, and not a moment longer. */

import { byId } from '../app/dom.js';
import { showError } from '../ui/toasts.js';
import { useFile } from './slots.js';
import { camera as say } from '../i18n/en.js';

/** @type {MediaStream | null} */
let stream = null;
/** The newest time that a camera was asked for: an answer to an earlier one turns it off again. */
let asked = 0;
/** @type {'environment' | 'user'} */
let facing = 'environment';

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const dialog = byId('camera', HTMLDialogElement);
  const open = byId('content-camera', HTMLButtonElement);
  open.hidden = !navigator.mediaDevices?.getUserMedia;
  open.addEventListener('click', () => void show(), { signal });
  byId('camera-turn', HTMLButtonElement).addEventListener('click', () => {
    facing = facing === 'user' ? 'environment' : 'user';
    void show();
  }, { signal });
  byId('camera-take', HTMLButtonElement).addEventListener('click', () => void takePhoto(), { signal });
  dialog.addEventListener('close', off, { signal });
}

async function show() {
  off();
  asked += 1;
  const mine = asked;
  const dialog = byId('camera', HTMLDialogElement);
  const take = byId('camera-take', HTMLButtonElement);
  take.disabled = true;
  if (!dialog.open) dialog.showModal();
  try {
    const fresh = await navigator.mediaDevices.getUserMedia({ video: { facingMode: facing, width: { ideal: 2048 } } });
    if (!dialog.open || mine !== asked) {
      // Closed, or asked for another, while the browser was asking.
      for (const track of fresh.getTracks()) track.stop();
      return;
    }
    stream = fresh;
    const video = byId('camera-video', HTMLVideoElement);
    video.srcObject = fresh;
    await video.play();
    take.disabled = false;
    take.focus();
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
    byId('camera-turn', HTMLButtonElement).hidden = cameras.length < 2;
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    // Playing is cut short when the sheet closes.
    if (name === 'AbortError' || mine !== asked) return;
    dialog.close();
    showError(() => name === 'NotAllowedError' ? say.refused : name === 'NotFoundError' ? say.none : say.broken, { topic: 'picture' });
  }
}

async function takePhoto() {
  const video = byId('camera-video', HTMLVideoElement);
  // Not before there is a picture, and once.
  if (!stream || video.videoWidth === 0) return;
  byId('camera-take', HTMLButtonElement).disabled = true;
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
  byId('camera', HTMLDialogElement).close();
  await useFile('content', new File([blob], say.name, { type: blob.type }));
}

function off() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  byId('camera-video', HTMLVideoElement).srcObject = null;
}
