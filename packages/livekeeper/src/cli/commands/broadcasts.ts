import { LivekeeperError } from "@livekeeper/base/errors";
import { printable } from "@livekeeper/base/log/printable";
import { checkTexts } from "@livekeeper/base/text";
import { type Command, InvalidArgumentError, Option } from "commander";
import { chapterFormats, clock } from "../../reports/chapters.ts";
import { commandFailures, helpTexts, highlightTexts } from "../../text/index.ts";
import { parseTimeInput, type TimeEdge } from "../../time-input.ts";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { saveFile } from "../save-file.ts";
import { withService } from "../with-service.ts";
import { secondsOf } from "./events.ts";

/** `report`: summarises a broadcast in a few lines. */
export function reportCommand(program: Command, io: Io): void {
	const { language } = io;
	const command = program
		.command("report")
		.description(helpTexts.report[language])
		.argument("<live_id>", helpTexts.liveId[language])
		.argument("[broadcast]", helpTexts.broadcast[language])
		.option("--json", helpTexts.json[language]);
	type Flags = { json?: boolean } & Record<string, unknown>;
	addConfigFlags(command, io, clientOptions).action(
		async (liveId: string, roomId: string | undefined, flags: Flags) => {
			const report = await withService(flags, io, (client) => client.room(liveId).report(roomId));
			if (flags.json) return io.out(JSON.stringify(report, null, 2));
			const { reportText } = await import("../../reports/report-text.ts");
			io.out(reportText(report, language));
		},
	);
}

interface Flags extends Record<string, unknown> {
	format?: (typeof chapterFormats)[number];
	from?: string;
	to?: string;
	offset?: number;
	output?: string;
	json?: boolean;
}

/** `highlights` and `words`: what stood out in a broadcast, and what its chat was about. */
export function highlightsCommands(program: Command, io: Io): void {
	const { language } = io;
	const highlights = program
		.command("highlights")
		.description(helpTexts.highlights[language])
		.argument("<live_id>", helpTexts.liveId[language])
		.argument("[broadcast]", helpTexts.broadcast[language])
		.addOption(new Option("--format <format>", helpTexts.chapterFormat[language]).choices(chapterFormats))
		.option("--from <time>", helpTexts.recordingFrom[language])
		.option("--to <time>", helpTexts.recordingTo[language])
		.option("--offset <seconds>", helpTexts.recordingOffset[language], (text) => secondsOf(text, io))
		.option("-o, --output <file>", helpTexts.chapterOutput[language])
		.option("--json", helpTexts.json[language]);
	addConfigFlags(highlights, io, clientOptions).action(
		async (liveId: string, roomId: string | undefined, flags: Flags) => {
			const { format, offset, output, json } = flags;
			const options = { offset, from: timeOf("from", flags.from), to: timeOf("to", flags.to) };
			if (format !== undefined) {
				const chapters = (room: string) =>
					withService(flags, io, (client) => client.room(liveId).chapters(room, { ...options, format }));
				return saveChapters(await chapters(roomId ?? "latest"), output, io);
			}
			const found = await withService(flags, io, (client) => client.room(liveId).highlights(roomId, options));
			if (json) return io.out(JSON.stringify(found, null, 2));
			if (found.highlights.length === 0) return io.out(highlightTexts.none[language]);
			const time = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { timeStyle: "short" });
			for (const { from, start_seconds: start, why } of found.highlights) {
				const offsetText = clock(Math.floor(start)).padStart(8);
				io.out(`${time.format(from)}  ${offsetText}  ${printable(why[language])}`);
			}
		},
	);

	const words = program
		.command("words")
		.description(helpTexts.words[language])
		.argument("<live_id>", helpTexts.liveId[language])
		.argument("[broadcast]", helpTexts.broadcast[language])
		.option("--limit <n>", helpTexts.wordLimit[language], (text) => limitOf(text, io))
		.option("--json", helpTexts.json[language]);
	type WordFlags = { json?: boolean; limit?: number } & Record<string, unknown>;
	addConfigFlags(words, io, clientOptions).action(
		async (liveId: string, roomId: string | undefined, flags: WordFlags) => {
			const { limit, json } = flags;
			const found = await withService(flags, io, (client) => client.room(liveId).words(roomId, { limit }));
			if (json) return io.out(JSON.stringify(found, null, 2));
			const { words: list, chats, complete } = found;
			if (list.length === 0) return io.out(highlightTexts.noWords[language]);
			io.out(highlightTexts.head(new Intl.NumberFormat().format(chats))[language]);
			for (const { word, chats: count } of list) io.out(`${`${count}`.padStart(7)}  ${printable(word)}`);
			if (!complete) io.err(highlightTexts.incomplete[language]);
		},
	);
}

async function saveChapters(chapters: File, output: string | undefined, io: Io): Promise<void> {
	if (output === "-") return io.out((await chapters.text()).trimEnd());
	const file = output ?? chapters.name;
	const bytes = new Uint8Array(await chapters.arrayBuffer());
	await saveFile(oneChunk(bytes), file, { signal: new AbortController().signal });
	io.out(`${io.paint("green", "✓")} ${file}`);
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
	yield bytes;
}

/** Resolves a time here, with the user's own clock and time zone. */
function timeOf(edge: TimeEdge, text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	const parsed = parseTimeInput(text, edge, Date.now());
	if (parsed.ok) return parsed.ms;
	throw new LivekeeperError("invalid_request", commandFailures.timeOption(`--${edge}`, parsed.text), {
		hint: commandFailures.timeOptionHint(`--${edge}`),
	});
}

function limitOf(text: string, { language }: Io): number {
	if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 500) return Number(text);
	throw new InvalidArgumentError(checkTexts.wordLimit[language]);
}
