// The service worker, where the browser allows one (https, or this machine): the page opens without a network. What the
// server sends always comes first, so that no page is older than it could be; a file named by its content never is.
const CACHE = 'speedboat';
const MOST = 120; // files and pages kept

/** @type {any} */
const worker = self;

worker.addEventListener('install', () => worker.skipWaiting());
worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));

// A page says what it was loaded from: the first visit went past this worker.
worker.addEventListener('message', (/** @type {any} */ event) => event.waitUntil(keep(event.data.files || [])));

worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  if (event.request.mode === 'navigate') event.respondWith(page(event.request, url.pathname));
  else if (url.pathname.startsWith('/static/')) event.respondWith(file(event.request));
});

/** @param {Request} request @param {string} path a page is kept without what follows the "?" */
async function page(request, path) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && /^\/(w\/[^/]+(\/(facilitate|screen))?)?$/.test(path)) await cache.put(path, answer.clone());
    return answer;
  } catch (error) {
    const copy = await cache.match(path);
    if (copy) return copy;
    throw error;
  }
}

/** @param {Request} request */
async function file(request) {
  const cache = await caches.open(CACHE);
  const copy = await cache.match(request);
  if (copy) return copy;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

/** @param {string[]} files */
async function keep(files) {
  const cache = await caches.open(CACHE);
  for (const name of files) {
    if (await cache.match(name)) continue;
    try {
      const answer = await fetch(name);
      if (answer.ok) await cache.put(name, answer);
    } catch {
      // Another time.
    }
  }
  // The oldest go first, but for what this page needs: a font lives through many front ends.
  const keys = await cache.keys();
  const spare = keys.filter((one) => !files.includes(new URL(one.url).pathname));
  for (const old of spare.slice(0, Math.max(0, keys.length - MOST))) await cache.delete(old);
}
