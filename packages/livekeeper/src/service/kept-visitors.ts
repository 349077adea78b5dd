import { createHash } from "node:crypto";
import type { Logger } from "@livekeeper/base/log";
import type { VisitorMemory } from "@livekeeper/douyin";
import type { Notes } from "@livekeeper/log/storage";
import { z } from "zod";

interface VisitorDeps {
	notes: Pick<Notes, "get" | "put">;
	logger: Logger;
	/** Name of the cluster node; each node is a separate visitor. */
	node?: string | undefined;
}

/** Returns the memory of the visitors at one exit. @param proxy its URL; `undefined` for the direct way */
export type VisitorMemories = (proxy: string | undefined) => VisitorMemory;

/** Visitor cookies by a digest of the exit, because a proxy's address may hold a password. */
const stored = z.record(z.string(), z.string());

/**
 * Keeps the site's visitor cookies across restarts: with them live rooms reconnect even if the site shows a slider to
 * new visitors. Cookies that can't be read or stored are logged, and the site is asked for new ones.
 */
export async function keptVisitors({ notes, logger, node }: VisitorDeps): Promise<VisitorMemories> {
	const name = node === undefined ? "visitors" : `visitors.${node}`;
	let cookies: Readonly<Record<string, string>> = {};
	try {
		cookies = stored.parse((await notes.get(name)) ?? {});
	} catch (err) {
		logger.warn({ event: "visitors_unreadable", err });
	}
	let last: Promise<unknown> = Promise.resolve();
	return (proxy) => {
		const exit = createHash("sha256")
			.update(proxy ?? "direct")
			.digest("base64url")
			.slice(0, 22);
		return {
			read: () => cookies[exit],
			write: (value) => {
				if (cookies[exit] === value) return;
				const { [exit]: _, ...others } = cookies;
				cookies = value === undefined ? others : { ...others, [exit]: value };
				last = last
					.then(() => notes.put(name, cookies))
					.catch((err: unknown) => logger.warn({ event: "visitors_not_stored", err }));
			},
		};
	};
}
