import type { KeptRests } from "../connections/index.ts";
import type { Notes } from "../event-log/index.ts";
import type { Logger } from "../log.ts";

const name = "identity_rests";

interface RestDeps {
	notes: Notes;
	logger: Logger;
}

/** Which identities rest, over restarts; what can't be read is logged, and they are tried. */
export async function keptRests({
	notes,
	logger,
}: RestDeps): Promise<{ known: KeptRests; keep: (rests: KeptRests) => void }> {
	let last: Promise<unknown> = Promise.resolve();
	const keep = (rests: KeptRests) => {
		last = last
			.then(() => notes.put(name, rests))
			.catch((error: unknown) => {
				logger.warn({ event: "rests_not_stored", err: error }, "【!】身份的休息记录无法存储，重启后将提前重试");
			});
	};
	try {
		return { known: ((await notes.get(name)) ?? {}) as KeptRests, keep };
	} catch (error) {
		logger.warn({ event: "rests_unreadable", err: error }, "【!】身份的休息记录无法读取，将照常连接");
		return { known: {}, keep };
	}
}
