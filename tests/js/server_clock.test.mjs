// The server's time on a device whose own clock is not to be trusted.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ServerClock } from '../../static/src/sync/server_clock.js';

const [date, monotonic] = [Date.now, performance.now];
afterEach(() => {
  Date.now = date;
  performance.now = monotonic;
});

/** A device on which both clocks can be set. */
function device() {
  const clocks = { date: 1_000_000, monotonic: 500 };
  Date.now = () => clocks.date;
  performance.now = () => clocks.monotonic;
  return clocks;
}

test('a clock that is corrected by an hour, either way, changes nothing, and raises doubts', () => {
  for (const hour of [3_600_000, -3_600_000]) {
    const clocks = device();
    const clock = new ServerClock();
    clock.set(7_000_000);
    clocks.date += hour + 10_000;
    clocks.monotonic += 10_000;
    assert.equal(clock.now(), 7_010_000);
    assert.equal(clock.isDoubtful, true);
    clock.set(7_010_000);
    assert.equal(clock.isDoubtful, false);
  }
});

test('a device that has slept, its monotonic clock too, is in doubt until the server has said what time it is', () => {
  const clocks = device();
  const clock = new ServerClock();
  clock.set(7_000_000);
  clocks.date += 600_000;
  assert.equal(clock.isDoubtful, true);
  clock.set(7_600_000);
  assert.deepEqual([clock.now(), clock.isDoubtful], [7_600_000, false]);
});

test('a clock that runs a little fast or slow raises none', () => {
  const clocks = device();
  const clock = new ServerClock();
  clock.set(7_000_000);
  clocks.date += 60_500;
  clocks.monotonic += 60_000;
  assert.equal(clock.isDoubtful, false);
});
