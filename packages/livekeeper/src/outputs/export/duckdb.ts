import { LivekeeperError } from "@livekeeper/base/errors";
import { storageTexts } from "@livekeeper/base/text";

type DuckDb = typeof import("@duckdb/node-api");

/** The tested version, named in the install command. */
const version = "1.5.6-r.1";

/** Loads DuckDB, which writes Parquet. It has 70 MB, so only users who want Parquet install it. */
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
