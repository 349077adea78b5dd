import { stat } from "node:fs/promises";
import { LivekeeperError } from "@livekeeper/base/errors";
import { checkTexts } from "@livekeeper/base/text";
import { type Command, InvalidArgumentError, Option } from "commander";
import { besideTexts, commandFailures, helpTexts } from "../../text/index.ts";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { withService } from "../with-service.ts";
import { secondsOf } from "./events.ts";

interface Flags extends Record<string, unknown> {
	format: "xml" | "ass";
	room?: readonly string[];
	closedAfter: number;
	segment: number;
	timeZone?: string;
	offset: number;
	once?: boolean;
}

/** `beside`: writes a danmaku file beside each video of a recorder, until Ctrl-C. */
export function besideCommand(program: Command, io: Io): void {
	const { language } = io;
	const positive = (text: string) => {
		const seconds = secondsOf(text, io);
		if (seconds > 0) return seconds;
		throw new InvalidArgumentError(besideTexts.seconds[language]);
	};
	const command = program
		.command("beside")
		.description(helpTexts.beside[language])
		.argument("<folder>", helpTexts.besideFolder[language])
		.addHelpText("after", helpTexts.besideMore[language])
		.addOption(new Option("--format <format>", helpTexts.besideFormat[language]).choices(["xml", "ass"]).default("xml"))
		.option("--room <name=room>", helpTexts.besideRoom[language], (text, before: Flags["room"] = []) => [
			...before,
			text,
		])
		.option("--closed-after <seconds>", helpTexts.besideClosedAfter[language], positive, 60)
		.option("--segment <seconds>", helpTexts.besideSegment[language], positive, 1_800)
		.option("--time-zone <zone>", helpTexts.besideTimeZone[language], (text) => zoneOf(text, io))
		.option("--offset <seconds>", helpTexts.besideOffset[language], (text) => secondsOf(text, io), 0)
		.option("--once", helpTexts.besideOnce[language]);
	addConfigFlags(command, io, clientOptions).action(async (folder: string, flags: Flags) => {
		const stop = new AbortController();
		const onSignal = () => stop.abort();
		process.once("SIGINT", onSignal);
		process.once("SIGTERM", onSignal);
		try {
			const { format, room = [], timeZone, offset, once = false } = flags;
			const [closedAfterMs, segmentMs] = [flags.closedAfter * 1_000, flags.segment * 1_000];
			const rooms = await roomsOf(room);
			await requireFolder(folder);
			const { runBeside } = await import("../beside/beside.ts");
			await withService(flags, io, (client) => {
				if (!once) io.out(besideTexts.watches(folder, format)[language]);
				const files = { folder, closedAfterMs, timeZone, segmentMs };
				return runBeside({ ...files, client, format, rooms, offset, once, io, signal: stop.signal });
			});
		} finally {
			process.off("SIGINT", onSignal);
			process.off("SIGTERM", onSignal);
		}
	});
}

async function requireFolder(folder: string): Promise<void> {
	const stats = await stat(folder).catch((error: NodeJS.ErrnoException) => error);
	if (!(stats instanceof Error) && stats.isDirectory()) return;
	const why = stats instanceof Error ? (stats.code ?? stats.message) : "ENOTDIR";
	throw new LivekeeperError("invalid_request", commandFailures.unreadableFolder(folder, why), {
		hint: commandFailures.unreadableFolderHint,
	});
}

/** Parses pairs such as `name=room`, or a room alone, whose name is "". @returns live ids by name */
async function roomsOf(pairs: readonly string[]): Promise<Map<string, string>> {
	const { parseLiveId } = await import("@livekeeper/douyin");
	return new Map(
		pairs.map((pair) => {
			// An address may have "=" in its query.
			const cut = /^https?:/i.test(pair) ? -1 : pair.indexOf("=");
			const parsed = parseLiveId(pair.slice(cut + 1).trim());
			const name = pair.slice(0, Math.max(0, cut)).trim();
			if (!parsed.ok || (cut >= 0 && name === "")) {
				throw new LivekeeperError("invalid_request", besideTexts.noPair, { hint: besideTexts.noPairHint });
			}
			return [name, parsed.liveId];
		}),
	);
}

function zoneOf(text: string, { language }: Io): string {
	try {
		return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
	} catch {
		throw new InvalidArgumentError(checkTexts.timeZone[language]);
	}
}
