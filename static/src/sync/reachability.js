// Why nobody lets us in: the server cannot be reached, or it answers and refuses the connection that a workshop needs.
import { at } from '../page/page.js';

const PATIENCE = 4000; // ms

/** @returns {Promise<'unreachable' | 'refused'>} */
export async function reasonOfSilence() {
  const silence = new Promise((_, end) => setTimeout(end, PATIENCE));
  try {
    await Promise.race([fetch(at('/healthz'), { cache: 'no-store' }), silence]);
    return 'refused';
  } catch {
    return 'unreachable';
  }
}
