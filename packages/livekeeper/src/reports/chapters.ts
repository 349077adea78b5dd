/** File formats of highlights: chapters of a recording. */
export const chapterFormats = ["ffmetadata", "youtube", "edl", "csv"] as const;

export type ChapterFormat = (typeof chapterFormats)[number];

export const chapterTypes = {
	ffmetadata: { contentType: "text/plain; charset=utf-8", extension: "ffmetadata.txt" },
	youtube: { contentType: "text/plain; charset=utf-8", extension: "youtube.txt" },
	edl: { contentType: "text/plain; charset=utf-8", extension: "edl" },
	csv: { contentType: "text/csv; charset=utf-8; header=present", extension: "csv" },
} as const satisfies Record<ChapterFormat, { contentType: string; extension: string }>;

/** A part of a recording, in ms from its beginning. */
export interface Chapter {
	startMs: number;
	endMs: number;
	/** One line. */
	title: string;
}

export interface RecordingRange {
	/** When the recording began, ms since the epoch. */
	from: number;
	/** When it ended; default: never. */
	to?: number | undefined;
	/** Added to each time, ms. */
	offsetMs: number;
}

/** Returns where a moment lies in a recording; `undefined` if it lies outside. Only the part within counts. */
export function placeIn(
	{ from, to }: { from: number; to: number },
	recording: RecordingRange,
): Pick<Chapter, "startMs" | "endMs"> | undefined {
	const startMs = Math.max(0, from - recording.from + recording.offsetMs);
	const endMs = Math.min(to, recording.to ?? to) - recording.from + recording.offsetMs;
	return endMs > startMs ? { startMs, endMs } : undefined;
}

export interface ChapterOptions {
	format: ChapterFormat;
	/** Name of the recording, for an edit list: the room's name. */
	name: string;
	/** Title of the part before the first chapter: YouTube's list has to begin at 0:00. */
	beginning: string;
	/** Title of a part after a chapter, where YouTube's list would be too short. */
	after: string;
	/** Length of the recording, ms. */
	lengthMs: number;
}

/** Writes chapters, in order of time, as a file. */
export function writeChapters(chapters: readonly Chapter[], { format, name, ...options }: ChapterOptions): string {
	const lined = chapters.map((chapter) => ({ ...chapter, title: oneLine(chapter.title) }));
	switch (format) {
		case "ffmetadata":
			return [";FFMETADATA1", ...lined.map(ffmetadata), ""].join("\n");
		case "youtube":
			return youtube(lined, options);
		case "edl":
			return edl(lined, oneLine(name));
		case "csv":
			return `start,end,start_seconds,end_seconds,title\r\n${lined.map(csvRow).join("")}`;
	}
}

const oneLine = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, " ").trim();

/**
 * A chapter as `ffmpeg -i recording.mp4 -i file -map_metadata 1 -map_chapters 1 -c copy` reads it. ffmpeg joins a line
 * that ends in a backslash, even an escaped one, to the next line, so a space follows it.
 */
function ffmetadata({ startMs, endMs, title }: Chapter): string {
	const escaped = title.replace(/[=;#\\]/g, (char) => `\\${char}`).replace(/\\$/, "\\ ");
	return `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${Math.round(startMs)}\nEND=${Math.round(endMs)}\ntitle=${escaped}`;
}

/** Minimum length of a chapter on YouTube, s, and minimum number of them: it ignores a list that breaks a rule. */
const minOfYoutube = 10;
const minLines = 3;

/** A list of times for a video's description: the first is 0:00, and `<` and `>` are refused there. */
function youtube(
	chapters: readonly Chapter[],
	{ beginning, after, lengthMs }: Pick<ChapterOptions, "beginning" | "after" | "lengthMs">,
): string {
	const lines: { seconds: number; title: string }[] = [{ seconds: 0, title: beginning }];
	const maxSeconds = Math.floor(lengthMs / 1000) - minOfYoutube;
	for (const { startMs, title } of chapters) {
		const seconds = Math.floor(startMs / 1000);
		if (seconds > maxSeconds) break;
		// The first chapter replaces a beginning that would be too short.
		if (seconds - (lines.at(-1)?.seconds ?? 0) < minOfYoutube) lines.pop();
		lines.push({ seconds: lines.length === 0 ? 0 : seconds, title });
	}
	for (const { endMs } of lines.length < minLines ? chapters : []) {
		const end = Math.floor(endMs / 1000);
		const isFree = lines.every(({ seconds }) => Math.abs(seconds - end) >= minOfYoutube);
		if (end <= maxSeconds && isFree) lines.push({ seconds: end, title: after });
	}
	return lines
		.sort((a, b) => a.seconds - b.seconds)
		.map(({ seconds, title }) => `${clock(seconds)} ${title.replaceAll("<", "＜").replaceAll(">", "＞")}\n`)
		.join("");
}

/** Where the edited sequence begins, as in editing programs, s. */
const edlStart = 3_600;

/**
 * A cut list (CMX 3600) that joins the chapters: the source's times are those of the recording. Whole seconds, so that
 * it fits any frame rate.
 */
function edl(chapters: readonly Chapter[], name: string): string {
	let record = edlStart;
	const cuts = chapters.map(({ startMs, endMs, title }, i) => {
		const start = Math.floor(startMs / 1000);
		const end = Math.max(start + 1, Math.ceil(endMs / 1000));
		const times = [start, end, record, record + end - start].map((seconds) => `${padded(seconds)}:00`);
		record += end - start;
		const number = `${i + 1}`.padStart(3, "0");
		return `${number}  AX       AA/V  C        ${times.join(" ")}\n* FROM CLIP NAME: ${name}\n* COMMENT: ${title}\n`;
	});
	return `TITLE: ${name}\nFCM: NON-DROP FRAME\n\n${cuts.join("\n")}`;
}

function csvRow({ startMs, endMs, title }: Chapter): string {
	const times = [startMs, endMs].map((ms) => padded(Math.floor(ms / 1000)));
	const seconds = [startMs, endMs].map((ms) => (ms / 1000).toFixed(3));
	// A cell that a spreadsheet would read as a formula is marked as text.
	const safe = /^[=+\-@\t]/.test(title) ? `'${title}` : title;
	return `${[...times, ...seconds].join(",")},"${safe.replaceAll('"', '""')}"\r\n`;
}

/** Formats seconds as `1:02:03`, or `2:03` within the first hour. */
export function clock(seconds: number): string {
	const [hours, minutes, rest] = partsOf(seconds);
	const two = (part: number) => `${part}`.padStart(2, "0");
	return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Formats seconds as `01:02:03`. */
function padded(seconds: number): string {
	return partsOf(seconds)
		.map((part) => `${part}`.padStart(2, "0"))
		.join(":");
}

function partsOf(seconds: number): [hours: number, minutes: number, seconds: number] {
	return [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
}
