/** Facts that the path of a recorded video states. */
export interface RecordingName {
	/** Path without the extension, relative to the folder, with `/`. The same for a video and its conversions. */
	stem: string;
	/** Extension in lower case, without the dot. */
	extension: string;
	/** Whether the recorder still writes it, as it says by a further extension such as `.part`. */
	partial: boolean;
	/** Fields of the local time at which the recording began, as ms of UTC. */
	localMs: number;
	/** Number of the segment; `undefined` if the name has none. */
	segment: number | undefined;
	/** The stem without the segment's number: the same for all segments of one recording. */
	series: string;
	/** Parts of the path that can have the streamer's name, the most likely first. */
	candidates: readonly string[];
}

const extensions: ReadonlySet<string> = new Set(
	["ts", "flv", "mp4", "mkv", "m4s", "mov", "webm", "avi"].concat(["m4a", "mp3", "aac", "wav", "opus"]),
);
/** Further extensions of files that are still written: biliup's and those of download programs. */
const partialExtensions: ReadonlySet<string> = new Set(["part", "tmp", "temp", "download", "recording"]);

/**
 * Date and time of a name. Written by DouyinLiveRecorder and StreamCap `2026-12-01_20-00-00`, bililive-go `2026-12-01
 * 20-00-00`, biliup `2026-12-01T20_00_00`, biliLive-tools `2026-12-01 20-00-00-123`, BililiveRecorder
 * `20261201-200000-123`, blrec `2026-12-01-200000`. Three digits after `_` are a segment, never milliseconds.
 */
const timePattern =
	/(?<!\d)(20\d\d)([-_.年]?)(0[1-9]|1[0-2])\2?月?(0[1-9]|[12]\d|3[01])日?[-_T .]{0,3}([01]\d|2[0-3])[-_:：.时]?([0-5]\d)[-_:：.分]?([0-5]\d)秒?(?:[-.](\d{3})(?!\d))?(?!\d)/g;
const segmentPattern = /(?:_|-part)(\d{3,5})$/i;

/**
 * Reads the path of a video.
 * @param path relative to the folder, with `/`
 * @returns `undefined` if it is not a video; `no_time` if its name has no date and time
 */
export function recordingName(path: string): RecordingName | "no_time" | undefined {
	const slash = path.lastIndexOf("/");
	const name = path.slice(slash + 1);
	if (name.startsWith(".")) return undefined;
	const { base, extension, partial } = splitName(name);
	if (!extensions.has(extension)) return undefined;
	const folder = path.slice(0, slash + 1);
	const segment = segmentPattern.exec(base);
	const whole = segment ? base.slice(0, segment.index) : base;
	// A title may have a date as well, so the name's time is the most precise one, or else the first.
	const times = [...whole.matchAll(timePattern)];
	const time = times.find(([, , , , , , , , ms]) => ms !== undefined) ?? times[0];
	const localMs = time && localOf(time);
	if (time === undefined || localMs === undefined) return "no_time";
	const [before, after] = [whole.slice(0, time.index), whole.slice(time.index + time[0].length)];
	const folders = folder.split("/").filter((part) => part !== "");
	return {
		...{ stem: folder + base, extension, partial, localMs, series: folder + whole },
		segment: segment ? Number(segment[1]) : undefined,
		candidates: [before, ...folders.toReversed(), after].filter((part) => plainName(part) !== ""),
	};
}

/** Splits a file's name from its extension, in lower case, and from that of unfinished files. */
export function splitName(name: string): Pick<RecordingName, "extension" | "partial"> & { base: string } {
	const dot = name.lastIndexOf(".");
	const [base, extension] = dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot + 1).toLowerCase()];
	return partialExtensions.has(extension) ? { ...splitName(base), partial: true } : { base, extension, partial: false };
}

function localOf([, year, , month, day, hour, minute, second, ms = "0"]: RegExpExecArray): number | undefined {
	const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
	// Date rolls over days that do not exist.
	return new Date(local).getUTCDate() === Number(day) ? local + Number(ms) : undefined;
}

/** A room of the service that a video can belong to. */
export interface NamedRoom {
	liveId: string;
	name: string;
}

/**
 * Finds the rooms whose streamer a path names. Recorders replace different characters of a name, so only letters and
 * digits count; the room with the longest name in the most likely part of the path is the one.
 * @returns more than one if they have the same name
 */
export function roomsNamedIn({ candidates }: Pick<RecordingName, "candidates">, rooms: readonly NamedRoom[]) {
	const known = rooms.map((room) => ({ room, plain: plainName(room.name) })).filter(({ plain }) => plain !== "");
	const parts = candidates.map(plainName);
	// A folder or the whole of a part is surer than the beginning of a part, which a title may follow.
	for (const fits of [
		(plain: string) => parts.includes(plain),
		(plain: string) => candidates.some((part) => startsWithName(part, plain)),
	]) {
		const fitting = known.filter(({ plain }) => fits(plain));
		const longest = Math.max(...fitting.map(({ plain }) => plain.length));
		const found = fitting.filter(({ plain }) => plain.length === longest);
		if (found.length > 0) return found.map(({ room }) => room);
	}
	return [];
}

/** Whether a part begins with a name, behind a number at most, and the name ends where a word of the part does. */
function startsWithName(part: string, plain: string): boolean {
	const words = part.normalize("NFKC").split(/[^\p{L}\p{N}]+/u);
	while (/^\d*$/.test(words[0] ?? "x")) words.shift();
	let begin = "";
	for (const word of words) {
		begin += word.toLowerCase();
		if (begin === plain) return true;
		if (begin.length > plain.length) return false;
	}
	return false;
}

/** Reduces a name to its letters and digits; the name itself if it has none. */
export function plainName(name: string): string {
	const folded = name.normalize("NFKC").toLowerCase();
	return folded.replace(/[^\p{L}\p{N}]+/gu, "") || folded.replace(/[\s_.\-[\]]+/gu, "");
}
