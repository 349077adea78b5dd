import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toWire } from "@livekeeper/douyin";
import { BlobReader, type FileEntry, ZipReader } from "@zip.js/zip.js";
import type { EncodedEvent } from "../../packages/log/src/event-log/encoded-event.ts";
import { benchChat, encodedChat } from "./bench-events.ts";
import { Helper } from "./child-process.ts";
import type { ExportAnswer, ExportOrder, ExportRequest } from "./export-helper.ts";
import { fillLog } from "./fill-log.ts";

const liveId = "1001";
const reader = { language: "zh", timeZone: "Asia/Shanghai" } as const;
const begin = Date.UTC(2026, 0, 1);
/** One event in this number is a gift, and each gift has another giver. */
const giftEach = 10;
const atOnce = 500;
/**
 * Flags for a heap that is too small for the rows of the smallest run: an export that holds them all runs out of
 * memory. It also makes peaks comparable.
 */
const smallHeap = ["--max-old-space-size=96", "--max-semi-space-size=8"];

type File = Pick<ExportRequest, "format" | "table" | "csvFor">;

/** The files for office programs. */
export const officeFiles: Readonly<Record<string, File>> = {
	"events as xlsx": { format: "xlsx" },
	"givers as xlsx": { format: "xlsx", table: "givers" },
	"events as csv for Excel": { format: "csv", csvFor: "excel" },
};

export interface ExportedFile {
	name: string;
	/** Number of rows of the whole log in the file, without headings, and the expected number. */
	rows: number;
	expected: number;
	/** Peak of resident memory with a tenth of the events, and with all, bytes. */
	tenthBytes: number;
	wholeBytes: number;
}

/** Exports a log of that many events, each file by a process of its own, a tenth of the events first. */
export async function exportRun(
	events: number,
	say: (line: string) => void = () => undefined,
): Promise<ExportedFile[]> {
	const dataDir = mkdtempSync(join(tmpdir(), "livekeeper-export-"));
	try {
		fillLog(dataDir, commits(events));
		say(`${events} events are stored`);
		const files: ExportedFile[] = [];
		for (const [name, file] of Object.entries(officeFiles)) {
			const path = join(dataDir, `out.${file.format}`);
			const request = { ...file, liveIds: [liveId], reader };
			const tenthBytes = await peakOf({ dataDir, path, request: { ...request, to: begin + events / 10 } });
			const wholeBytes = await peakOf({ dataDir, path, request });
			const rows = file.format === "xlsx" ? await workbookRows(path) : linesOf(path) - 1;
			// A workbook of events has all of them twice: in its short sheet, and in the one with everything.
			const sheets = file.format === "xlsx" && file.table !== "givers" ? 2 : 1;
			const expected = file.table === "givers" ? events / giftEach : events * sheets;
			files.push({ name, rows, expected, tenthBytes, wholeBytes });
			say(`${name}: ${rows} rows`);
		}
		return files;
	} finally {
		rmSync(dataDir, { recursive: true, force: true });
	}
}

async function peakOf(order: Omit<ExportOrder, "do">): Promise<number> {
	const helper = new Helper<ExportOrder, ExportAnswer>(new URL("./export-helper.ts", import.meta.url), smallHeap);
	try {
		return (await helper.order({ do: "export", ...order })).peakBytes;
	} finally {
		await helper.close();
	}
}

function* commits(events: number) {
	for (let from = 0; from < events; from += atOnce) {
		const some = Array.from({ length: atOnce }, (_, i) => encoded(from + i));
		yield { batches: [{ liveId, events: some, cursor: undefined }], now: Date.now() };
	}
}

function encoded(n: number): EncodedEvent {
	const at = begin + n;
	if (n % giftEach > 0) return encodedChat(liveId, at);
	const { content, user, ...chat } = benchChat(liveId, at);
	const giver = { ...user, id: `${n}`, secUid: `giver-${n}` } as typeof user & { id: string };
	const gift = { giftId: "1", giftName: content, giftImage: "", giftType: 1, combo: false, groupCount: 1, count: 1 };
	const worth = { delta: 1, streakId: `${n}`, final: true, diamondCount: 10, diamonds: 10 };
	const json = JSON.stringify(toWire({ ...chat, type: "gift", user: giver as never, ...gift, ...worth }));
	return { id: chat.id, method: chat.method, type: "gift", at, json };
}

async function workbookRows(path: string): Promise<number> {
	const zip = new ZipReader(new BlobReader(new Blob([readFileSync(path)])));
	let rows = 0;
	for (const entry of await zip.getEntries()) {
		if (entry.directory || !entry.filename.startsWith("xl/worksheets/")) continue;
		// One row is the heading.
		rows += (await countIn(entry, "<row ")) - 1;
	}
	await zip.close();
	return rows;
}

/** Counts in a stream, because a sheet may be longer than any string can be. */
async function countIn(entry: FileEntry, mark: string): Promise<number> {
	let found = 0;
	let end = "";
	await entry.getData(
		new WritableStream<Uint8Array>({
			write(chunk) {
				const text = end + Buffer.from(chunk).toString("latin1");
				found += text.split(mark).length - 1;
				end = text.slice(1 - mark.length);
			},
		}),
	);
	return found;
}

function linesOf(path: string): number {
	const bytes = readFileSync(path);
	let lines = 0;
	for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
	return lines;
}
