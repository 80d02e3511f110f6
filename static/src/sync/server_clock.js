// The server's time here, by a clock that nobody sets: a phone whose own clock is corrected during a workshop keeps its
// timer. Such clocks may stand still while a machine sleeps, which looks like a correction; then the server is asked.
const DRIFT = 2000; // ms between the two clocks of this device that are no rounding

export class ServerClock {
  constructor() {
    this.offset = Date.now() - performance.now();
    this.difference = this.offset;
  }

  /** @param {number} now milliseconds since the epoch, as the server has just said */
  set(now) {
    this.offset = now - performance.now();
    this.difference = Date.now() - performance.now();
  }

  /** Milliseconds since the epoch by the server's clock. */
  now() {
    return performance.now() + this.offset;
  }

  /** Whether this device has slept, or was set to another time, since the server last said what time it is. */
  get isDoubtful() {
    return Math.abs(Date.now() - performance.now() - this.difference) > DRIFT;
  }
}
