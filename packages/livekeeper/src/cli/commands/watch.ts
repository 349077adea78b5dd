import { type Command, InvalidArgumentError } from "commander";
import { serviceUrl } from "../../config.ts";
import { addConfigFlags, clientOptions, configOf } from "../config-flags.ts";
import { eventTypes } from "../format/event-line.ts";
import type { Io } from "../io.ts";
import { watchRoom } from "../watch-room.ts";

interface Flags extends Record<string, unknown> {
	json?: boolean;
	types?: string[];
}

/** `watch`: a room's events as they come, until Ctrl-C. */
export function watchCommand(program: Command, io: Io): void {
	const watch = program
		.command("watch")
		.description("show a room's events as they come")
		.argument("<live_id>", "a room that the service keeps")
		.option("--json", "print each event as a line of JSON")
		.option("--types <list>", `only these types, separated by commas: ${eventTypes.join(", ")}`, parseTypes);
	addConfigFlags(watch, clientOptions).action(async (liveId: string, flags: Flags) => {
		const config = configOf(flags);
		const stop = new AbortController();
		const onSignal = () => stop.abort();
		process.once("SIGINT", onSignal);
		process.once("SIGTERM", onSignal);
		try {
			await watchRoom({
				liveId,
				url: serviceUrl(config),
				apiKey: config.apiKey,
				json: flags.json ?? false,
				types: flags.types ? new Set(flags.types) : undefined,
				io,
				signal: stop.signal,
			});
		} finally {
			process.off("SIGINT", onSignal);
			process.off("SIGTERM", onSignal);
		}
	});
}

export function parseTypes(text: string): string[] {
	const types = text.split(",").map((type) => type.trim());
	const unknown = types.filter((type) => !(eventTypes as readonly string[]).includes(type));
	if (unknown.length === 0) return types;
	throw new InvalidArgumentError(`There is no type ${unknown.join(", ")}. Types: ${eventTypes.join(", ")}.`);
}
