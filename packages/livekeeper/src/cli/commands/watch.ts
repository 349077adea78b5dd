import { commandTexts, helpTexts, listed } from "@livekeeper/base/text";
import type { LiveEventType } from "@livekeeper/douyin";
import { type Command, InvalidArgumentError } from "commander";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import { eventTypes } from "../format/event-line.ts";
import type { Io } from "../io.ts";
import { withService } from "../with-service.ts";

interface Flags extends Record<string, unknown> {
	json?: boolean;
	types?: LiveEventType[];
}

/** `watch`: prints a room's events as they come, until Ctrl-C. */
export function watchCommand(program: Command, io: Io): void {
	const watch = program
		.command("watch")
		.description(helpTexts.watch[io.language])
		.argument("<live_id>", helpTexts.keptRoom[io.language])
		.option("--json", helpTexts.watchJson[io.language])
		.option("--types <list>", helpTexts.types(eventTypes.join(", "))[io.language], (text) => parseTypes(text, io));
	addConfigFlags(watch, io, clientOptions).action(async (liveId: string, flags: Flags) => {
		const stop = new AbortController();
		const onSignal = () => stop.abort();
		process.once("SIGINT", onSignal);
		process.once("SIGTERM", onSignal);
		try {
			const { watchRoom } = await import("../watch-room.ts");
			const { json = false, types } = flags;
			await withService(flags, io, (client) => watchRoom({ client, liveId, json, types, io, signal: stop.signal }));
		} finally {
			process.off("SIGINT", onSignal);
			process.off("SIGTERM", onSignal);
		}
	});
}

export function parseTypes(text: string, io: Pick<Io, "language">): LiveEventType[] {
	const types = text.split(",").map((type) => type.trim());
	const unknown = types.filter((type) => !(eventTypes as readonly string[]).includes(type));
	if (unknown.length === 0) return types as LiveEventType[];
	throw new InvalidArgumentError(commandTexts.noType(listed(unknown), listed(eventTypes))[io.language]);
}
