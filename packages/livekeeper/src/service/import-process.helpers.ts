import { quietLogger } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { loadConfig } from "../config.ts";
import { importInto } from "./import.ts";

/*
 * Imports until it is done or killed, as a process of its own. Prints a dot for each stored chunk. Arguments: source,
 * servers to import into ("" for a data folder), the folder, secret, prefix.
 */
const [from = "", cluster = "", dataDir = "", secret = "", prefix = ""] = process.argv.slice(2);
const flags = { dataDir, secret, clusterReplicas: "1", ...(cluster !== "" && { cluster }) };
await importInto(loadConfig({ cwd: dataDir, env: {}, flags }), {
	...{ from, prefix, logger: quietLogger, say: () => undefined },
	onProgress: () => void process.stdout.write("."),
});
process.exit(0);
