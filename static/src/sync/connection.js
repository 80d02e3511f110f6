// The socket: comes back by itself, says who we are, hands over what it hears.
import { io } from 'socket.io-client';
import { at } from '../page/page.js';

/**
 * @typedef {object} Hears
 * @property {(welcome: any) => void} welcome
 * @property {(patch: any) => void} patch
 * @property {(crew: { people?: { id: string, here: boolean }[], here?: number }) => void} crew
 * @property {(drag: { card: string, x: number, y: number }) => void} drag
 * @property {() => void} lost
 * @property {(error: { code: string, message: string }) => void} refused for good: trying again changes nothing
 */

/**
 * @param {() => Record<string, any>} auth asked anew for each attempt
 * @param {Hears} hears
 */
export function connect(auth, hears) {
  const socket = io({
    path: at('/socket.io/'),
    auth: (give) => give(auth()),
    query: { w: auth().code }, // for proxies: all of one workshop to one process
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 300,
    reconnectionDelayMax: 4000,
    timeout: 8000,
    autoConnect: false,
  });
  socket.on('welcome', hears.welcome);
  socket.on('patch', hears.patch);
  socket.on('crew', hears.crew);
  socket.on('drag', hears.drag);
  socket.on('disconnect', (reason) => {
    hears.lost();
    // The library comes back by itself from everything but a goodbye of the server.
    if (reason === 'io server disconnect') setTimeout(() => socket.connect(), 500);
  });
  socket.on('connect_error', (error) => {
    const data = /** @type {any} */ (error).data;
    if (data && data.code) hears.refused(data);
    else hears.lost();
  });
  // A phone that wakes or finds its network again need not wait for the next attempt.
  const hurry = () => {
    if (!socket.connected && socket.active) socket.disconnect().connect();
  };
  window.addEventListener('online', hurry);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && hurry());
  return socket;
}
