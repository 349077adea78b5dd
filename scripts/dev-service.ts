/** Starts the service from its sources, for `npm run dev`. */
import { main } from "../packages/livekeeper/src/cli/main.ts";

process.argv.splice(2, 0, "serve");
await main(process.argv);
