import { loadConfig } from "../config.ts";
import { quietLogger } from "../event-log/sqlite/stores.helpers.ts";
import { importInto } from "./import.ts";

/*
 * A process that imports until it is done or killed. It prints a dot for each chunk that is stored.
 * Arguments: what to import, the servers to import into ("" for a data folder), the folder, secret, prefix.
 */
const [from = "", cluster = "", dataDir = "", secret = "", prefix = ""] = process.argv.slice(2);
const flags = { dataDir, secret, clusterReplicas: "1", ...(cluster !== "" && { cluster }) };
await importInto(loadConfig({ cwd: dataDir, env: {}, flags }), {
	...{ from, prefix, logger: quietLogger, say: () => undefined },
	onProgress: () => void process.stdout.write("."),
});
process.exit(0);
