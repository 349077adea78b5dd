import { LivekeeperError } from "../../errors.ts";
import { storageTexts } from "../../text/index.ts";

type DuckDb = typeof import("@duckdb/node-api");

/** What was tested; named in the command to install. */
const version = "1.5.6-r.1";

/** Loads DuckDB, which writes Parquet. It is 70 MB, so only those who want Parquet install it. */
export async function loadDuckDb(load: () => Promise<DuckDb> = () => import("@duckdb/node-api")): Promise<DuckDb> {
	try {
		return await load();
	} catch (cause) {
		throw new LivekeeperError("parquet_unavailable", storageTexts.noDuckDb, {
			hint: storageTexts.noDuckDbHint(`npm install @duckdb/node-api@${version}`),
			cause,
		});
	}
}
