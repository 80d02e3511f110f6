// Reads lists of patches, as JSON, and says what the browser does with each: `{did, have}`, and the records at the end.
import { readFileSync } from 'node:fs';
import { Records } from '../../static/src/sync/records.js';

const played = JSON.parse(readFileSync(0, 'utf8')).map((patches) => {
  const records = new Records();
  const steps = patches.map((patch) => {
    const outcome = records.apply(patch);
    return { did: outcome instanceof Set ? 'applied' : outcome, have: records.have };
  });
  return { steps, records: Object.fromEntries(records.byId) };
});
process.stdout.write(JSON.stringify(played));
