// `npm start [-- flags]`: installs and builds what is missing, then runs the service in this process.
import { ensureBuilt, ensureInstalled } from "./ensure.mjs";

await ensureInstalled();
ensureBuilt();
process.argv.splice(2, 0, "serve");
// By its URL: a path that begins with a drive is none that can be imported.
await import(new URL("../packages/livekeeper/bin/livekeeper.js", import.meta.url).href);
