// `npm start [-- flags]`: installs and builds what is missing, then runs the service in this process.
import { ensureBuilt, ensureInstalled, root } from "./ensure.mjs";

await ensureInstalled();
ensureBuilt();
process.argv.splice(2, 0, "serve");
await import(`${root}packages/livekeeper/bin/livekeeper.js`);
