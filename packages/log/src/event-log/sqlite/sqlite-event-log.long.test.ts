import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeEventLog } from "../conformance.helpers.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";
import { quietLogger } from "./stores.helpers.ts";

describeEventLog("the event log on SQLite, in its threads", async () => {
	const dataDir = await mkdtemp(join(tmpdir(), "livekeeper-log-"));
	return {
		open: (settings) => openSqliteEventLog({ dataDir, logger: quietLogger, groupCommitMs: 2, ...settings }),
		dispose: () => rm(dataDir, { recursive: true, force: true }),
	};
});
